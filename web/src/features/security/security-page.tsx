import { useQuery } from "@tanstack/react-query";
import { mySignIns, securityQuery } from "../../api/security";
import { t } from "../../lib/i18n";
import { Failed, Ghosts } from "../../lib/ui/bits";
import { SignIns } from "../../record/sign-ins";
import { AppPasswords } from "./app-passwords";
import { Box } from "./box";
import { Factors } from "./factors";
import { Password } from "./password";
import "./security.css";
import { Sessions } from "./sessions";
import { Tokens } from "./tokens";

/** 登录与安全: how one signs in oneself, where one is signed in, and which programs act in one's name. */
export default function SecurityPage() {
  const { data, error, refetch } = useQuery(securityQuery);
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Ghosts n={5} h={90} />;
  return (
    <div className="security">
      <Factors security={data} />
      {data.password && <Password />}
      <Sessions />
      <AppPasswords />
      <Tokens />
      <Box title={t("security.lately")} id="lately">
        <SignIns own queryKey={["me"]} fetch={(cursor) => mySignIns({}, cursor)} />
      </Box>
    </div>
  );
}

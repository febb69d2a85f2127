import { useQuery } from "@tanstack/react-query";
import { allTokens, endAnyToken, securitySettingsQuery, type Token } from "../../api/security";
import { permits } from "../../api/session";
import { t } from "../../lib/i18n";
import { Failed, Ghosts } from "../../lib/ui/bits";
import { ask } from "../../lib/ui/dialog";
import { act } from "./act";
import { Box } from "./box";
import { MailBox } from "./mail-box";
import "./security.css";
import { SSOBox } from "./sso-box";
import { TokenList } from "./tokens";

/** 登录方式: mail, single sign-on and the tokens of everybody. */
export default function CompanySecurityPage() {
  const { data, error, refetch } = useQuery(securitySettingsQuery);
  const fixed = !permits("security", "edit");
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Ghosts n={4} h={90} />;
  return (
    <div className="security">
      {!data.public_url && <p className="note">{t("security.noURL")}</p>}
      <MailBox key={`mail ${!!data.mail}`} now={data.mail} fixed={fixed} />
      <SSOBox key={`sso ${!!data.sso}`} now={data.sso} callback={data.callback} fixed={fixed} />
      <AllTokens fixed={fixed} />
    </div>
  );
}

function AllTokens({ fixed }: { fixed: boolean }) {
  const { data } = useQuery({ queryKey: ["tokens", "all"], queryFn: allTokens });
  const end = async (k: Token) => {
    if (await ask({ title: t("tokens.endAsk", k.name), text: t("tokens.endText"), yes: t("tokens.end"), danger: true }))
      void act(() => endAnyToken(k.id), ["tokens"], t("tokens.ended"));
  };
  return (
    <Box title={t("tokens.everybody")} id="all-tokens" text={data?.length === 0 ? t("tokens.none") : undefined}>
      {data && data.length > 0 && <TokenList list={data} whose onEnd={fixed ? undefined : (k) => void end(k)} />}
    </Box>
  );
}

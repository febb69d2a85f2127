import { useQuery } from "@tanstack/react-query";
import { bootQuery, setUser } from "../../api/session";
import type { Me } from "../../api/types";
import { currentLanguage, type Language, setLanguage, t } from "../../lib/i18n";
import { GateFrame } from "../../lib/ui/gate-frame";
import { SignInForm } from "./sign-in-form";

/** The sign-in page. The user's own language holds from then on. */
export default function SignIn() {
  const { data } = useQuery(bootQuery);
  const done = async (me: Me) => {
    if ((me.language === "zh" || me.language === "en") && me.language !== currentLanguage()) await setLanguage(me.language as Language);
    setUser(me);
  };
  return (
    <GateFrame title={data?.company || t("app")} text={t("signIn.text")}>
      <SignInForm ways={data?.sign_in} onDone={(me) => void done(me)} />
    </GateFrame>
  );
}

import { useState } from "react";
import { passkeyOptions, signInByPasskey, ssoAddress } from "../../api/security";
import type { Entered } from "../../api/session";
import type { Ways } from "../../api/types";
import { t } from "../../lib/i18n";
import { askPasskey, passkeysWork } from "../../lib/passkey";
import { IconExternalLink, IconFingerprint } from "../../lib/ui/icons";
import { ForgotDialog } from "./forgot-dialog";

type Props = {
  ways: Ways;
  busy: boolean;
  /** Another tab is used, so that what is on the screen stays. */
  aside: boolean;
  attempt: (enter: () => Promise<Entered | undefined>) => Promise<void>;
};

/** Asks for a passkey and signs in with it; undefined when the person did not want to. */
export async function byPasskey(): Promise<Entered | undefined> {
  const { ceremony, options } = await passkeyOptions();
  const credential = await askPasskey(options);
  return credential ? signInByPasskey({ ceremony, credential }) : undefined;
}

/** The ways to sign in besides the password. */
export default function OtherWays({ ways, busy, aside, attempt }: Props) {
  const [forgot, setForgot] = useState(false);
  const next = location.pathname === "/set-password" ? "/" : location.pathname + location.search;
  return (
    <>
      {ways.passkeys && passkeysWork() && (
        <button type="button" className="btn big" disabled={busy} onClick={() => void attempt(byPasskey)}>
          <IconFingerprint size={18} aria-hidden />
          {t("passkey.use")}
        </button>
      )}
      {ways.sso && (
        <a className="btn big" href={ssoAddress(next)} {...(aside ? { target: "_blank", rel: "noreferrer" } : {})}>
          <IconExternalLink size={18} aria-hidden />
          {ways.sso}
        </a>
      )}
      {ways.forgot && (
        <button type="button" className="link" onClick={() => setForgot(true)}>
          {t("forgot")}
        </button>
      )}
      {forgot && <ForgotDialog onClose={() => setForgot(false)} />}
    </>
  );
}

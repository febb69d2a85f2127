import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { bootQuery, signOut } from "../../api/session";
import { agentName } from "../../lib/agent";
import { t } from "../../lib/i18n";
import { passkeysWork } from "../../lib/passkey";
import { GateFrame } from "../../lib/ui/gate-frame";
import { IconDeviceMobile, IconFingerprint } from "../../lib/ui/icons";
import { toastError } from "../../lib/ui/toast";
import { addOwnPasskey } from "./own-passkey";
import { RecoveryCodes } from "./recovery-codes";
import "./security.css";
import { TotpSetup } from "./totp-setup";

/** Who must have a second factor sets it up before anything else. */
export default function Enrol() {
  const boot = useQuery(bootQuery).data;
  const [way, setWay] = useState<"totp">();
  const [codes, setCodes] = useState<string[]>();
  const on = () => location.reload();
  const done = (list: string[]) => (list.length ? setCodes(list) : on());
  const byPasskey = async () => {
    try {
      const made = await addOwnPasskey(agentName(navigator.userAgent));
      if (made) done(made.codes);
    } catch (e) {
      toastError(e);
    }
  };
  const leave = async () => {
    await signOut().catch(() => {});
    location.assign("/");
  };
  return (
    <GateFrame title={codes ? t("recovery") : t("enrol.title")} text={codes ? undefined : t("enrol.text")}>
      {codes ? (
        <RecoveryCodes codes={codes} onKept={on} />
      ) : way ? (
        <TotpSetup onDone={done} />
      ) : (
        <div className="stack">
          <button type="button" className="enrol-way" onClick={() => setWay("totp")}>
            <IconDeviceMobile size={24} aria-hidden />
            <span>
              <b>{t("totp")}</b>
              <span className="muted small">{t("totp.text")}</span>
            </span>
          </button>
          {boot?.step?.methods.includes("passkey") && passkeysWork() && (
            <button type="button" className="enrol-way" onClick={() => void byPasskey()}>
              <IconFingerprint size={24} aria-hidden />
              <span>
                <b>{t("passkey")}</b>
                <span className="muted small">{t("passkey.text")}</span>
              </span>
            </button>
          )}
        </div>
      )}
      {!codes && (
        <p className="enrol-out">
          <button type="button" className="link" onClick={() => void leave()}>
            {t("signOut")}
          </button>
        </p>
      )}
    </GateFrame>
  );
}

import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { ApiError, confirmed } from "../../api/client";
import { confirmBy, confirmByPasskey, confirmOptions, type Security, securityQuery, ssoAddress } from "../../api/security";
import { t } from "../../lib/i18n";
import { askPasskey, passkeysWork } from "../../lib/passkey";
import { Failed, Field, Ghosts, Spinner } from "../../lib/ui/bits";
import { Dialog } from "../../lib/ui/dialog";
import { IconExternalLink, IconFingerprint } from "../../lib/ui/icons";
import { PasswordField } from "../../lib/ui/password-field";
import { toastError } from "../../lib/ui/toast";

/** Asks who is signed in to show it once more, for what is guarded; what was wanted goes on afterwards. */
export default function ConfirmDialog() {
  const { data, error, refetch } = useQuery({ ...securityQuery, queryKey: ["security", "confirm"], staleTime: 0, gcTime: 0 });
  // Single sign-on shows it in another tab; coming back asks anew.
  const before = useRef<string | null>(undefined);
  const until = data?.confirmed_until;
  useEffect(() => {
    if (until === undefined) return;
    if (before.current === undefined) before.current = until;
    else if (until && until !== before.current) confirmed(true);
  }, [until]);
  return (
    <Dialog title={t("confirm.title")} onClose={() => confirmed(false)}>
      <div className="stack">
        <p className="muted">{t("confirm.text")}</p>
        {error ? <Failed error={error} retry={() => void refetch()} /> : data ? <Ways security={data} /> : <Ghosts n={2} />}
      </div>
    </Dialog>
  );
}

function Ways({ security }: { security: Security }) {
  const typed = security.confirm.filter((w) => w === "password" || w === "totp");
  const [way, setWay] = useState(typed[0]);
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const attempt = async (show: () => Promise<unknown>) => {
    setBusy(true);
    setError("");
    try {
      if (await show()) return confirmed(true);
    } catch (e) {
      if (e instanceof ApiError && e.status) setError(e.fields.secret ?? e.message);
      else toastError(e);
    }
    setBusy(false);
  };
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const secret = String(new FormData(e.currentTarget).get("secret"));
    if (way) void attempt(() => confirmBy(way, secret));
  };
  const byPasskey = async () => {
    const { ceremony, options } = await confirmOptions();
    const credential = await askPasskey(options);
    return credential && confirmByPasskey({ ceremony, credential });
  };
  return (
    <>
      {way && (
        <form key={way} className="stack" onSubmit={submit}>
          {way === "password" ? <PasswordField name="secret" label={t("password")} error={error} autoFocus /> : <Code error={error} />}
          <button type="submit" className="btn primary big" disabled={busy}>
            {busy && <Spinner />}
            {t("ok")}
          </button>
        </form>
      )}
      {typed.length > 1 && (
        <button type="button" className="link" onClick={() => setWay(way === "password" ? "totp" : "password")}>
          {way === "password" ? t("confirm.byCode") : t("confirm.byPassword")}
        </button>
      )}
      {security.confirm.includes("passkey") && passkeysWork() && (
        <button type="button" className="btn big" disabled={busy} onClick={() => void attempt(byPasskey)}>
          <IconFingerprint size={18} aria-hidden />
          {t("passkey.use")}
        </button>
      )}
      {security.confirm.includes("oidc") && (
        <a className="btn big" href={ssoAddress("/settings/security", "confirm")} target="_blank" rel="noreferrer">
          <IconExternalLink size={18} aria-hidden />
          {t("confirm.bySSO")}
        </a>
      )}
      {security.confirm.length === 0 && <p className="note">{t("confirm.none")}</p>}
    </>
  );
}

function Code({ error }: { error: string }) {
  return (
    <Field id="confirm-code" label={t("totp.code")} error={error} help={t("totp.codeHelp")}>
      <input
        id="confirm-code"
        name="secret"
        className={error ? "input bad num" : "input num"}
        inputMode="numeric"
        autoComplete="one-time-code"
        required
        data-autofocus
        aria-describedby={error ? "confirm-code-error" : "confirm-code-help"}
      />
    </Field>
  );
}

import { type FormEvent, useState } from "react";
import { ApiError } from "../../api/client";
import { showFactor } from "../../api/security";
import type { Entered } from "../../api/session";
import { t } from "../../lib/i18n";
import { passkeysWork } from "../../lib/passkey";
import { Field, Spinner } from "../../lib/ui/bits";
import { IconFingerprint } from "../../lib/ui/icons";
import { byPasskey } from "./other-ways";

type Props = {
  methods: string[];
  onIn: (e: Entered) => void;
  /** It takes to begin anew, because the time is over or somebody else wants to sign in. */
  onOver: (said?: string) => void;
};

/** The second factor: a code of the app, a recovery code, or a passkey. */
export default function FactorForm({ methods, onIn, onOver }: Props) {
  const codes = methods.filter((m): m is "totp" | "recovery" => m === "totp" || m === "recovery");
  const keys = methods.includes("passkey") && passkeysWork();
  const [method, setMethod] = useState(codes[0]);
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const other = codes.find((m) => m !== method);
  const attempt = async (show: () => Promise<Entered | undefined>) => {
    setBusy(true);
    setError("");
    try {
      const e = await show();
      if (e) return onIn(e);
    } catch (x) {
      if (x instanceof ApiError && x.problem.key === "signin.step_over") return onOver(x.message);
      setError(x instanceof ApiError && x.status ? (x.fields.code ?? x.message) : t("error.network"));
    }
    setBusy(false);
  };
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const code = String(new FormData(e.currentTarget).get("code"));
    if (method) void attempt(() => showFactor(method, code));
  };
  return (
    <div className="stack">
      <h2 className="gate-step">{t("factor.title")}</h2>
      {method && (
        <form key={method} className="stack" onSubmit={submit}>
          <Field
            id="factor"
            label={method === "totp" ? t("totp.code") : t("recovery.code")}
            required
            error={error}
            help={method === "totp" ? t("totp.codeHelp") : t("recovery.codeHelp")}
          >
            <input
              id="factor"
              name="code"
              className={error ? "input bad num" : "input num"}
              inputMode={method === "totp" ? "numeric" : "text"}
              autoComplete="one-time-code"
              autoCapitalize="none"
              spellCheck={false}
              // biome-ignore lint/a11y/noAutofocus: it is what was asked for, and all there is on the page
              autoFocus
              required
              aria-invalid={!!error || undefined}
              aria-describedby={error ? "factor-error" : "factor-help"}
            />
          </Field>
          <button type="submit" className="btn primary big" disabled={busy}>
            {busy && <Spinner />}
            {t("factor.go")}
          </button>
        </form>
      )}
      {keys && (
        <button type="button" className={method ? "btn big" : "btn primary big"} disabled={busy} onClick={() => void attempt(byPasskey)}>
          <IconFingerprint size={18} aria-hidden />
          {t("passkey.use")}
        </button>
      )}
      {!method && error && (
        <p className="note bad" role="alert">
          {error}
        </p>
      )}
      {other && (
        <button type="button" className="link" onClick={() => setMethod(other)}>
          {other === "totp" ? t("factor.totp") : t("factor.recovery")}
        </button>
      )}
      <button type="button" className="link" onClick={() => onOver()}>
        {t("factor.back")}
      </button>
    </div>
  );
}

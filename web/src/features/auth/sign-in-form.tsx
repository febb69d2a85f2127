import { type FormEvent, useState } from "react";
import { signIn } from "../../api/session";
import type { Me } from "../../api/types";
import { t } from "../../lib/i18n";
import { Field, Spinner } from "../../lib/ui/bits";
import { PasswordField } from "../../lib/ui/password-field";

/** Asks for login and password; the server's answer to a wrong one stands above the button. */
export function SignInForm({ login, onDone }: { login?: string; onDone: (me: Me) => void }) {
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const form = new FormData(e.currentTarget);
    setBusy(true);
    setError("");
    try {
      onDone(await signIn(String(form.get("login") ?? login).trim(), String(form.get("password"))));
    } catch (x) {
      setError((x as Error).message || t("error.network"));
      setBusy(false);
    }
  };
  return (
    <form className="stack" onSubmit={submit}>
      <Field id="login" label={t("login")} required>
        <input
          id="login"
          name="login"
          className="input"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          defaultValue={login}
          disabled={!!login}
        />
      </Field>
      <PasswordField name="password" label={t("password")} autoFocus={!!login} />
      {error && (
        <p className="note bad" role="alert">
          {error}
        </p>
      )}
      <button type="submit" className="btn primary big" disabled={busy}>
        {busy && <Spinner />}
        {t("signIn")}
      </button>
    </form>
  );
}

import { useQuery } from "@tanstack/react-query";
import { type FormEvent, lazy, Suspense, useState } from "react";
import { bootQuery, type Entered, isIn, signIn } from "../../api/session";
import type { Me, Step, Ways } from "../../api/types";
import { t, withAdmin } from "../../lib/i18n";
import { passkeysWork } from "../../lib/passkey";
import { Field, Ghosts, Spinner } from "../../lib/ui/bits";
import { PasswordField } from "../../lib/ui/password-field";

const FactorForm = lazy(() => withAdmin(() => import("./factor-form")));
const OtherWays = lazy(() => withAdmin(() => import("./other-ways")));

type Props = { login?: string; ways?: Ways | null; onDone: (me: Me) => void };

/**
 * Asks for login and password, or for another way where there is one, and then for the second factor. The server's answer
 * to what is wrong stands above the button. Who must set up a second factor first goes on to that page.
 */
export function SignInForm({ login, ways, onDone }: Props) {
  const begun = useQuery(bootQuery).data?.step;
  const [step, setStep] = useState<Step | null>(begun?.step === "factor" ? begun : null);
  const [error, setError] = useState(begun?.problem ?? "");
  const [busy, setBusy] = useState(false);
  const came = (e: Entered) => {
    if (isIn(e)) onDone(e);
    else if (e.step === "factor") setStep(e);
    else location.reload();
  };
  const attempt = async (enter: () => Promise<Entered | undefined>) => {
    setBusy(true);
    setError("");
    try {
      const e = await enter();
      if (e) return came(e);
    } catch (x) {
      setError((x as Error).message || t("error.network"));
    }
    setBusy(false);
  };
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const form = new FormData(e.currentTarget);
    void attempt(() => signIn(String(form.get("login") ?? login).trim(), String(form.get("password"))));
  };
  const over = (said?: string) => {
    setStep(null);
    setBusy(false);
    setError(said ?? "");
  };
  if (step)
    return (
      <Suspense fallback={<Ghosts n={3} />}>
        <FactorForm methods={step.methods} onIn={came} onOver={over} />
      </Suspense>
    );
  const others = ways && (ways.sso || ways.forgot || (ways.passkeys && passkeysWork()));
  return (
    <div className="stack">
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
      {others && (
        <Suspense fallback={<Ghosts n={1} h={44} />}>
          <OtherWays ways={ways} busy={busy} aside={!!login} attempt={attempt} />
        </Suspense>
      )}
    </div>
  );
}

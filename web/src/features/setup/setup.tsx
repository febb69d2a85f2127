import { type FormEvent, useState } from "react";
import { ApiError, get } from "../../api/client";
import { setUser, setup } from "../../api/session";
import type { Job } from "../../api/types";
import { currentLanguage, t } from "../../lib/i18n";
import { Field, Spinner } from "../../lib/ui/bits";
import { GateFrame } from "../../lib/ui/gate-frame";
import { PasswordField } from "../../lib/ui/password-field";

const over = new Set(["done", "failed", "cancelled"]);
/** Waits until the demo data is there; it goes on in the background if it takes long. */
async function demoLoaded(job: string) {
  for (let i = 0; i < 120; i++) {
    const { state } = await get<Job>(`/jobs/${job}`);
    if (over.has(state)) return;
    await new Promise((ok) => setTimeout(ok, 500));
  }
}

/** The first start: the company, its administrator, and whether to look around with made-up data first. */
export default function Setup({ onDone }: { onDone: (to: "/import" | "/customers") => void }) {
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [error, setError] = useState("");
  const [busy, setBusy] = useState<"setup" | "demo">();
  const submit = async (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const form = new FormData(e.currentTarget);
    const word = (name: string) => String(form.get(name) ?? "").trim();
    const demo = form.get("demo") === "on";
    setBusy("setup");
    setErrors({});
    setError("");
    try {
      const { job, ...me } = await setup({
        company: word("company"),
        name: word("name"),
        login: word("login"),
        password: String(form.get("password")),
        language: currentLanguage(),
        demo,
      });
      if (job) {
        setBusy("demo");
        await demoLoaded(job).catch(() => {}); // a failed demo is no failed setup
      }
      onDone(demo ? "/customers" : "/import");
      setUser(me);
    } catch (x) {
      setErrors(x instanceof ApiError ? x.fields : {});
      setError((x as Error).message || t("error.network"));
      setBusy(undefined);
    }
  };
  const field = (name: string, label: string, more: object = {}, help?: string) => (
    <Field id={name} label={label} required error={errors[name]} help={help}>
      <input
        id={name}
        name={name}
        className={errors[name] ? "input bad" : "input"}
        required
        autoComplete="off"
        aria-invalid={!!errors[name] || undefined}
        aria-describedby={errors[name] ? `${name}-error` : undefined}
        {...more}
      />
    </Field>
  );
  return (
    <GateFrame title={t("setup.title")} text={t("setup.text")} wide>
      <form className="stack" onSubmit={submit}>
        {field("company", t("setup.company"), { autoFocus: true, maxLength: 100 })}
        <div className="two">
          {field("name", t("setup.name"), { maxLength: 50 })}
          {field("login", t("login"), { autoComplete: "username", autoCapitalize: "none", spellCheck: false, maxLength: 50 })}
        </div>
        <PasswordField name="password" label={t("password")} fresh error={errors.password} help={t("password.help")} />
        <label className="demo-box">
          <input type="checkbox" name="demo" />
          <span>
            <b>{t("setup.demo")}</b>
            <br />
            <span className="muted small">{t("setup.demoText")}</span>
          </span>
        </label>
        {error && (
          <p className="note bad" role="alert">
            {error}
          </p>
        )}
        <button type="submit" className="btn primary big" disabled={!!busy}>
          {busy && <Spinner />}
          {busy === "demo" ? t("setup.loading") : t("setup.go")}
        </button>
      </form>
    </GateFrame>
  );
}

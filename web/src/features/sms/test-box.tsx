import { type FormEvent, useState } from "react";
import { ApiError } from "../../api/client";
import { type SmsTested, testSms } from "../../api/sms";
import { t } from "../../lib/i18n";
import { Badge, Field, Spinner } from "../../lib/ui/bits";

/** Sends a code as a test and shows what the gateway answered. */
export function TestBox() {
  const [said, setSaid] = useState<SmsTested>();
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const test = async (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const phone = String(new FormData(e.currentTarget).get("phone") ?? "").trim();
    setBusy(true);
    setError("");
    setSaid(undefined);
    try {
      setSaid(await testSms(phone));
    } catch (x) {
      setError(x instanceof ApiError ? (Object.values(x.fields)[0] ?? x.message) : String(x));
    }
    setBusy(false);
  };
  return (
    <section className="box" aria-labelledby="sms-test">
      <div className="box-head">
        <h2 id="sms-test">{t("sms.test")}</h2>
      </div>
      <form className="sms-body stack" onSubmit={test}>
        <p className="muted small">{t("sms.testText")}</p>
        <Field id="sms-phone" label={t("sms.testPhone")} required error={error}>
          <div className="row wrap">
            <input
              id="sms-phone"
              name="phone"
              type="tel"
              className={error ? "input bad sms-short" : "input sms-short"}
              required
              autoComplete="off"
              aria-describedby={error ? "sms-phone-error" : undefined}
            />
            <button type="submit" className="btn" disabled={busy}>
              {busy && <Spinner />}
              {t("sms.testSend")}
            </button>
          </div>
        </Field>
        <div aria-live="polite">
          {said && (
            <div className="stack sms-said">
              <p className="row wrap">
                <Badge color={said.accepted ? "green" : "red"}>{said.accepted ? t("sms.accepted") : t("sms.refused")}</Badge>
                <span className="muted small">{t("sms.status", said.status)}</span>
              </p>
              <pre>{said.answer || t("sms.empty")}</pre>
            </div>
          )}
        </div>
      </form>
    </section>
  );
}

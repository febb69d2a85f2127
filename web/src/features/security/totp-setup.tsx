import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError } from "../../api/client";
import { beginTOTP, confirmTOTP } from "../../api/security";
import { t } from "../../lib/i18n";
import { Failed, Field, Ghosts, Spinner } from "../../lib/ui/bits";
import { CopyButton } from "../../lib/ui/copy-button";
import "./security.css";

/** Shows what an authenticator app needs, and takes the first code it makes; gives recovery codes to who had none. */
export function TotpSetup({ onDone }: { onDone: (codes: string[]) => void }) {
  const { data, error, refetch } = useQuery({
    queryKey: ["totp"],
    queryFn: beginTOTP,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const code = String(new FormData(e.currentTarget).get("code"));
    setBusy(true);
    setWrong("");
    try {
      return onDone(await confirmTOTP(code));
    } catch (x) {
      setWrong(x instanceof ApiError && x.status ? (x.fields.code ?? x.message) : t("error.network"));
    }
    setBusy(false);
  };
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Ghosts n={3} h={80} />;
  return (
    <form className="stack" onSubmit={submit}>
      <ol className="totp-steps">
        <li>
          <p>{t("totp.step1")}</p>
          <img className="totp-qr" src={data.qr} alt={t("totp.qr")} width={208} height={208} />
          <details>
            <summary className="small">{t("totp.byHand")}</summary>
            <p className="row totp-secret">
              <code>{data.secret.replace(/(.{4})(?=.)/g, "$1 ")}</code>
              <CopyButton text={data.secret} name={t("totp.copy")} done={t("totp.copied")} />
            </p>
          </details>
        </li>
        <li>
          <Field id="totp-code" label={t("totp.step2")} required error={wrong}>
            <input
              id="totp-code"
              name="code"
              className={wrong ? "input bad num" : "input num"}
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={8}
              required
              aria-invalid={!!wrong || undefined}
              aria-describedby={wrong ? "totp-code-error" : undefined}
            />
          </Field>
        </li>
      </ol>
      <button type="submit" className="btn primary big" disabled={busy}>
        {busy && <Spinner />}
        {t("totp.confirm")}
      </button>
    </form>
  );
}

import { type FormEvent, useEffect, useId, useState } from "react";
import { ApiError } from "../api/client";
import { confirmCode, type SentCode, sendCode } from "../api/sms";
import type { EntityMeta, FieldMeta, Rec } from "../api/types";
import { str } from "../fields";
import { serverNow } from "../lib/clock";
import { t } from "../lib/i18n";
import { Field, Spinner } from "../lib/ui/bits";
import { Dialog } from "../lib/ui/dialog";
import { toast } from "../lib/ui/toast";
import { mergeRecord, refresh } from "./edit";

/** How many seconds there are until a moment, anew every second. */
function useSecondsUntil(at: string | undefined): number {
  const left = () => (at ? Math.max(0, Math.ceil((Date.parse(at) - serverNow()) / 1000)) : 0);
  const [, tick] = useState(0);
  useEffect(() => {
    if (!at) return;
    const timer = setInterval(() => tick((n) => n + 1), 500);
    return () => clearInterval(timer);
  }, [at]);
  return left();
}

type Props = { entity: EntityMeta; field: FieldMeta; rec: Rec; onClose: () => void };

/** Verifies a number: a code is sent there, and what came is typed in. */
export default function ProofDialog({ entity, field, rec, onClose }: Props) {
  const id = useId();
  const [sent, setSent] = useState<SentCode>();
  const [code, setCode] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState<"send" | "confirm">();
  const wait = useSecondsUntil(sent?.again_at);
  const failed = (e: unknown) => setError(e instanceof ApiError ? (Object.values(e.fields)[0] ?? e.message) : String(e));
  const send = async () => {
    setBusy("send");
    setError("");
    try {
      setSent(await sendCode(entity.path, rec.id, field.name));
      setCode("");
    } catch (e) {
      failed(e);
    }
    setBusy(undefined);
  };
  const confirm = async (e: FormEvent) => {
    e.preventDefault();
    setBusy("confirm");
    setError("");
    try {
      const saved = await confirmCode(entity.path, rec.id, field.name, code);
      mergeRecord(entity.path, rec.id, saved);
      refresh(entity.path, rec.id);
      toast(t("proof.done"));
      return onClose();
    } catch (x) {
      failed(x);
    }
    setBusy(undefined);
  };
  return (
    <Dialog
      title={t("proof.title")}
      onClose={onClose}
      footer={
        <>
          <button type="button" className="btn" onClick={onClose}>
            {t("cancel")}
          </button>
          {sent ? (
            <button type="submit" form={id} className="btn primary" disabled={code.length !== 6 || !!busy}>
              {busy === "confirm" && <Spinner />}
              {t("proof.confirm")}
            </button>
          ) : (
            <button type="button" className="btn primary" data-autofocus disabled={!!busy} onClick={() => void send()}>
              {busy === "send" && <Spinner />}
              {t("proof.send")}
            </button>
          )}
        </>
      }
    >
      <form id={id} className="stack" onSubmit={confirm}>
        <p>{sent ? t("proof.sent", str(rec[field.name])) : t("proof.text", str(rec[field.name]))}</p>
        {sent ? (
          <Field id={`${id}-code`} label={t("proof.code")} required error={error} help={t("proof.help")}>
            <div className="row wrap">
              <input
                id={`${id}-code`}
                className={error ? "input proof-code bad" : "input proof-code"}
                value={code}
                onChange={(e) => setCode(e.target.value.replace(/\D/g, "").slice(0, 6))}
                inputMode="numeric"
                autoComplete="one-time-code"
                maxLength={12}
                required
                autoFocus
                aria-invalid={!!error}
                aria-describedby={`${id}-code-${error ? "error" : "help"}`}
              />
              <button type="button" className="btn" disabled={wait > 0 || !!busy} onClick={() => void send()}>
                {busy === "send" && <Spinner />}
                {wait > 0 ? t("proof.wait", wait) : t("proof.again")}
              </button>
            </div>
          </Field>
        ) : (
          error && (
            <p className="field-error" role="alert">
              {error}
            </p>
          )
        )}
      </form>
    </Dialog>
  );
}

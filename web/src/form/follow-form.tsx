import { type FormEvent, type KeyboardEvent, useRef, useState } from "react";
import { ApiError } from "../api/client";
import { queryClient } from "../api/query";
import { createRecord, getRecord, patchRecord } from "../api/records";
import type { Choice, EntityMeta, FieldMeta } from "../api/types";
import { addDays, fromLocalInput, instantAt, nextMonday, today, toLocalInput } from "../lib/dates";
import { t } from "../lib/i18n";
import { Chips, Field, Spinner } from "../lib/ui/bits";
import { toast, toastError } from "../lib/ui/toast";
import { uid } from "../lib/uid";
import { fieldOf, writable } from "../meta/meta";
import "./form.css";

const nexts = ["1", "3", "monday", "month", "none", "pick"] as const;
type Next = (typeof nexts)[number];
const dayFor = (next: Next): string | null =>
  next === "none" || next === "pick"
    ? null
    : next === "monday"
      ? nextMonday(today())
      : addDays(today(), next === "month" ? 30 : Number(next));

const field = (e: EntityMeta, ...names: string[]): FieldMeta | undefined => names.map((n) => fieldOf(e, n)).find((f) => f && writable(f));
const offered = (f: FieldMeta | undefined): Choice[] => (f?.choices ?? []).filter((c) => !c.disabled);
const chips = (list: Choice[]) => list.map((c) => ({ value: c.value, label: c.label }));

async function loseCustomer(customer: EntityMeta, id: string, reasonField: string | undefined, reason: string) {
  const now = await getRecord(customer.path, id);
  if (now.stage !== "lost")
    await patchRecord(customer.path, id, now.version, { stage: "lost", ...(reasonField ? { [reasonField]: reason } : {}) });
}

type Props = {
  entity: EntityMeta;
  customer: EntityMeta;
  customerId: string;
  way?: string;
  /** The composer on a customer's page: folded until it is written in. */
  inline?: boolean;
  onSaved: () => void;
};

/** 记跟进: way, what was said, result, when next, and a change of stage, all in one go. */
export function FollowForm({ entity, customer, customerId, way: given, inline, onSaved }: Props) {
  const ways = field(entity, "way");
  const results = field(entity, "result");
  const nextField = field(entity, "next_followup_at", "next_at");
  const stages = field(entity, "stage") ?? field(customer, "stage");
  const reasonField = field(customer, "loss_reason");
  const [way, setWay] = useState(given ?? offered(ways)[0]?.value ?? "");
  const [content, setContent] = useState("");
  const [result, setResult] = useState("");
  const [next, setNext] = useState<Next>("3");
  const [picked, setPicked] = useState(instantAt(addDays(today(), 1)));
  const [stage, setStage] = useState("");
  const [reason, setReason] = useState("");
  const [happened, setHappened] = useState<string | null>(null);
  const [open, setOpen] = useState(!inline);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const key = useRef(uid());
  const lost = stage === "lost";
  const ready = (content.trim() || result) && (!lost || reason.trim());

  const choose = (value: string) => {
    setResult(value);
    if (value === "no_answer" || value === "missed") setNext("1"); // nobody answered: try again tomorrow
  };
  const save = async () => {
    if (!ready || busy) return;
    setBusy(true);
    setErrors({});
    const day = dayFor(next);
    const said = content.trim() || offered(results).find((c) => c.value === result)?.label || "";
    try {
      // Why a customer was lost is the customer's to keep, so that stage is set there.
      if (lost) await loseCustomer(customer, customerId, reasonField?.name, reason.trim());
      await createRecord(
        entity.path,
        {
          customer_id: customerId,
          ...(ways ? { [ways.name]: way } : {}),
          content: said,
          ...(results && result ? { [results.name]: result } : {}),
          happened_at: happened ?? new Date().toISOString(),
          ...(nextField ? { [nextField.name]: next === "pick" ? picked : day && instantAt(day) } : {}),
          ...(stage && !lost ? { stage } : {}),
        },
        key.current,
      );
      key.current = uid();
      for (const k of ["list", "count", "home", "children"]) void queryClient.invalidateQueries({ queryKey: [k] });
      void queryClient.invalidateQueries({ predicate: (q) => q.queryKey.includes(customerId) });
      setContent("");
      setResult("");
      setStage("");
      setReason("");
      setHappened(null);
      setNext("3");
      setOpen(!inline);
      toast(t("follow.saved"));
      onSaved();
    } catch (e) {
      if (e instanceof ApiError) setErrors(e.fields);
      toastError(e);
    }
    setBusy(false);
  };
  const keys = (e: KeyboardEvent) => {
    if (e.key !== "Enter" || !(e.ctrlKey || e.metaKey)) return;
    e.preventDefault();
    void save();
  };
  return (
    <form
      className={inline ? "follow-form inline" : "follow-form"}
      onKeyDown={keys}
      onSubmit={(e: FormEvent) => {
        e.preventDefault();
        void save();
      }}
    >
      {ways && <Chips label={ways.label} hideLabel={inline} value={way} options={chips(offered(ways))} onChange={setWay} />}
      {!inline && results && <Chips label={results.label} value={result} options={chips(offered(results))} onChange={choose} />}
      <textarea
        className={errors.content ? "input bad" : "input"}
        rows={inline && !open ? 1 : 2}
        maxLength={5000}
        placeholder={t("follow.hint")}
        aria-label={t("follow.content")}
        value={content}
        onFocus={() => setOpen(true)}
        onChange={(e) => setContent(e.target.value)}
      />
      {errors.content && <p className="field-error">{errors.content}</p>}
      {open && (
        <>
          {inline && results && <Chips label={results.label} value={result} options={chips(offered(results))} onChange={choose} />}
          {nextField && (
            <Chips
              label={nextField.label}
              value={next}
              options={nexts.map((n) => ({ value: n, label: t(`next.${n}`) }))}
              onChange={setNext}
            />
          )}
          {nextField && next === "pick" && (
            <input
              className="input"
              type="datetime-local"
              aria-label={t("next.pick")}
              value={toLocalInput(picked)}
              onChange={(e) => setPicked(fromLocalInput(e.target.value) ?? picked)}
            />
          )}
          <div className="follow-line">
            {stages && (
              <Field id="follow-stage" label={t("follow.stage")}>
                <select id="follow-stage" className="input" value={stage} onChange={(e) => setStage(e.target.value)}>
                  <option value="">{t("follow.keep")}</option>
                  {offered(stages).map((c) => (
                    <option key={c.value} value={c.value}>
                      {c.label}
                    </option>
                  ))}
                </select>
              </Field>
            )}
            <Field id="follow-at" label={fieldOf(entity, "happened_at")?.label ?? t("follow.at")}>
              <input
                id="follow-at"
                type="datetime-local"
                className="input"
                value={toLocalInput(happened ?? new Date().toISOString())}
                onChange={(e) => setHappened(fromLocalInput(e.target.value))}
              />
            </Field>
          </div>
          {lost && (
            <Field
              id="follow-reason"
              label={reasonField?.label ?? t("lost.reason")}
              required
              error={reasonField && errors[reasonField.name]}
            >
              {reasonField?.choices?.length ? (
                <Chips label={reasonField.label} hideLabel value={reason} options={chips(offered(reasonField))} onChange={setReason} />
              ) : (
                <input id="follow-reason" className="input" value={reason} onChange={(e) => setReason(e.target.value)} />
              )}
            </Field>
          )}
          <div className="row">
            {inline && <span className="muted small grow">{t("follow.keys")}</span>}
            <button type="submit" className={inline ? "btn primary" : "btn primary big grow"} disabled={!ready || busy}>
              {busy && <Spinner />}
              {t("follow.save")}
            </button>
          </div>
        </>
      )}
    </form>
  );
}

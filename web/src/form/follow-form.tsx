import { type FormEvent, type KeyboardEvent, lazy, Suspense, useRef, useState } from "react";
import { ApiError } from "../api/client";
import { type Entry, submit } from "../api/outbox";
import type { Choice, EntityMeta, FieldMeta } from "../api/types";
import { kindOf } from "../fields";
import { nowInstant } from "../lib/clock";
import { addDays, fromLocalInput, instantAt, nextMonday, today, toLocalInput } from "../lib/dates";
import { t, withWork } from "../lib/i18n";
import { Chips, Field, Ghosts, Spinner } from "../lib/ui/bits";
import { IconChevronDown } from "../lib/ui/icons";
import { toast, toastError } from "../lib/ui/toast";
import { uid } from "../lib/uid";
import { fieldOf, writable } from "../meta/meta";
import type { Values } from "./draft";
import type { Plan } from "./open";
import { refreshAll } from "./refresh";
import "./form.css";

const FollowMore = lazy(() => withWork(() => import("./follow-more")));

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
const text = (v: unknown) => (typeof v === "string" ? v : "");

/** What is asked only when wanted, or when the server wants it: fields by name, and files. */
export type More = { values: Values; files: File[] };

// What the form asks for itself; other fields that the server names are asked for below.
const asked = ["state", "way", "content", "result", "happened_at", "stage", "lead_state", "next_at", "loss_reason"];

// Where a follow-up may bring a lead: to where it is being worked. How it ends is said on its own page.
const worked = ["working", "need", "proposal", "negotiating"];

function stagesOf(entity: EntityMeta, about: EntityMeta): FieldMeta | undefined {
  if (about.name !== "lead") return field(entity, "stage") ?? field(about, "stage");
  const f = field(entity, "lead_state");
  return f && { ...f, choices: f.choices?.filter((c) => worked.includes(c.value)) };
}

type Props = {
  entity: EntityMeta;
  /** Whom it is with: customers, or leads. */
  about: EntityMeta;
  aboutId: string;
  aboutName: string;
  way?: string;
  /** The plan that this completes. */
  plan?: Plan;
  /** What was refused, to be mended. */
  entry?: Entry;
  /** The composer on a customer's page: folded until it is written in. */
  inline?: boolean;
  onSaved: () => void;
};

/** What the form begins with. */
function begin({ entity, way, plan, entry }: Props) {
  const body = entry?.body ?? {};
  return {
    way: text(body.way) || way || plan?.way || offered(field(entity, "way"))[0]?.value || "",
    content: text(body.content),
    result: text(body.result),
    next: (entry ? (body.next_at ? "pick" : "none") : "3") as Next,
    picked: text(body.next_at) || instantAt(addDays(today(), 1)),
    stage: entry?.lost ? "lost" : text(body.stage) || text(body.lead_state),
    reason: text(entry?.lost?.values.loss_reason),
    happened: (text(body.happened_at) || null) as string | null,
  };
}

const beginMore = ({ entry }: Props): More => ({
  values: Object.fromEntries(
    Object.entries(entry?.body ?? {}).filter(([k]) => !asked.includes(k) && k !== "customer_id" && k !== "lead_id"),
  ),
  files: entry?.files?.list ?? [],
});

/** 记跟进: way, what was said, result, when next, and a change of stage, all in one go; kept here while there is no network. */
export function FollowForm(props: Props) {
  const { entity, about, aboutId, aboutName, plan, entry, inline, onSaved } = props;
  const ways = field(entity, "way");
  const results = field(entity, "result");
  const nextField = field(entity, "next_followup_at", "next_at");
  const lead = about.name === "lead";
  const stages = stagesOf(entity, about);
  const reasonField = field(about, "loss_reason");
  const [v, setV] = useState(() => begin(props));
  const [more, setMore] = useState(() => beginMore(props));
  const [shown, setShown] = useState(false);
  const [open, setOpen] = useState(!inline);
  const [errors, setErrors] = useState(() => (entry?.problem ? new ApiError(entry.problem).fields : {}));
  const [busy, setBusy] = useState(false);
  const key = useRef(uid());
  const set = (patch: Partial<typeof v>) => setV((old) => ({ ...old, ...patch }));
  const lost = v.stage === "lost";
  const ready = (v.content.trim() || v.result) && (!lost || v.reason.trim());

  const choose = (value: string) => {
    // Nobody answered: try again tomorrow.
    set(value === "no_answer" || value === "missed" ? { result: value, next: "1" } : { result: value });
  };
  const body = () => {
    const day = dayFor(v.next);
    return {
      ...more.values,
      ...(plan ? { state: "done" } : { [`${about.name}_id`]: aboutId }),
      ...(ways ? { [ways.name]: v.way } : {}),
      content: v.content.trim() || offered(results).find((c) => c.value === v.result)?.label || "",
      ...(results && v.result ? { [results.name]: v.result } : {}),
      happened_at: v.happened ?? nowInstant(),
      ...(nextField ? { [nextField.name]: v.next === "pick" ? v.picked : day && instantAt(day) } : {}),
      ...(v.stage && !lost ? { [lead ? "lead_state" : "stage"]: v.stage } : {}),
    };
  };
  const save = async () => {
    if (!ready || busy) return;
    setBusy(true);
    setErrors({});
    try {
      const saved = await submit({
        key: key.current,
        path: `/${entity.path}`,
        plan: plan?.id,
        body: body(),
        about: { id: aboutId, name: aboutName, ...(lead ? { entity: "lead" as const } : {}) },
        ...(more.files.length ? { files: { entity: entity.name, list: more.files } } : {}),
        // Why a customer was lost is the customer's to keep, so that stage is set there.
        ...(lost ? { lost: { path: `/${about.path}/${aboutId}`, values: losing(reasonField, v.reason.trim()) } } : {}),
      });
      key.current = uid();
      if (saved) refreshAll(aboutId);
      setV({ ...begin({ ...props, entry: undefined }), way: v.way });
      setMore({ values: {}, files: [] });
      setShown(false);
      setOpen(!inline);
      toast(saved ? t("follow.saved") : t("follow.kept"));
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
  const wanted = shown ? [] : Object.keys(errors).flatMap((name) => (asked.includes(name) ? [] : (fieldOf(entity, name) ?? [])));
  return (
    <form
      className={inline ? "follow-form inline" : "follow-form"}
      onKeyDown={keys}
      onSubmit={(e: FormEvent) => {
        e.preventDefault();
        void save();
      }}
    >
      {plan?.purpose && <p className="note info pre">{plan.purpose}</p>}
      {ways && (
        <Chips label={ways.label} hideLabel={inline} value={v.way} options={chips(offered(ways))} onChange={(way) => set({ way })} />
      )}
      {!inline && results && <Chips label={results.label} value={v.result} options={chips(offered(results))} onChange={choose} />}
      <textarea
        className={errors.content ? "input bad" : "input"}
        rows={inline && !open ? 1 : 2}
        maxLength={5000}
        placeholder={t("follow.hint")}
        aria-label={t("follow.content")}
        value={v.content}
        onFocus={() => setOpen(true)}
        onChange={(e) => set({ content: e.target.value })}
      />
      {errors.content && <p className="field-error">{errors.content}</p>}
      {open && (
        <>
          {inline && results && <Chips label={results.label} value={v.result} options={chips(offered(results))} onChange={choose} />}
          {nextField && (
            <Chips
              label={nextField.label}
              value={v.next}
              options={nexts.map((n) => ({ value: n, label: t(`next.${n}`) }))}
              onChange={(next) => set({ next })}
            />
          )}
          {nextField && v.next === "pick" && (
            <input
              className={errors[nextField.name] ? "input bad" : "input"}
              type="datetime-local"
              aria-label={t("next.pick")}
              value={toLocalInput(v.picked)}
              onChange={(e) => set({ picked: fromLocalInput(e.target.value) ?? v.picked })}
            />
          )}
          {nextField && errors[nextField.name] && <p className="field-error">{errors[nextField.name]}</p>}
          <div className="follow-line">
            {stages && (
              <Field id="follow-stage" label={lead ? stages.label : t("follow.stage")} error={errors.stage ?? errors.lead_state}>
                <select id="follow-stage" className="input" value={v.stage} onChange={(e) => set({ stage: e.target.value })}>
                  <option value="">{t("follow.keep")}</option>
                  {offered(stages).map((c) => (
                    <option key={c.value} value={c.value}>
                      {c.label}
                    </option>
                  ))}
                </select>
              </Field>
            )}
            <Field id="follow-at" label={fieldOf(entity, "happened_at")?.label ?? t("follow.at")} error={errors.happened_at}>
              <input
                id="follow-at"
                type="datetime-local"
                className={errors.happened_at ? "input bad" : "input"}
                value={toLocalInput(v.happened ?? nowInstant())}
                onChange={(e) => set({ happened: fromLocalInput(e.target.value) })}
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
                <Chips
                  label={reasonField.label}
                  hideLabel
                  value={v.reason}
                  options={chips(offered(reasonField))}
                  onChange={(reason) => set({ reason })}
                />
              ) : (
                <input id="follow-reason" className="input" value={v.reason} onChange={(e) => set({ reason: e.target.value })} />
              )}
            </Field>
          )}
          {wanted.map((f) => (
            <Wanted key={f.name} field={f} error={errors[f.name]} more={more} onChange={setMore} />
          ))}
          {shown ? (
            <Suspense fallback={<Ghosts n={2} h={44} />}>
              <FollowMore entity={entity} customerId={lead ? "" : aboutId} way={v.way} more={more} errors={errors} onChange={setMore} />
            </Suspense>
          ) : (
            <button type="button" className="btn quiet follow-more" aria-expanded={false} onClick={() => setShown(true)}>
              <IconChevronDown size={16} aria-hidden />
              {t("follow.more")}
            </button>
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

const losing = (reasonField: FieldMeta | undefined, reason: string) => ({
  stage: "lost",
  ...(reasonField ? { [reasonField.name]: reason } : {}),
});

type WantedProps = { field: FieldMeta; error?: string; more: More; onChange: (m: More) => void };

/** A field that the server asked for. */
function Wanted({ field: f, error, more, onChange }: WantedProps) {
  const { Input } = kindOf(f);
  return (
    <Field id={`follow-${f.name}`} label={f.label} error={error}>
      <Input
        field={f}
        id={`follow-${f.name}`}
        value={more.values[f.name]}
        onChange={(value) => onChange({ ...more, values: { ...more.values, [f.name]: value } })}
      />
    </Field>
  );
}

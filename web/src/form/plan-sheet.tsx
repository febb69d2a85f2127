import { useRef, useState } from "react";
import { ApiError } from "../api/client";
import { type Chosen, createRecord, listRecords } from "../api/records";
import { currentUser } from "../api/session";
import type { EntityMeta, FieldMeta, Rec } from "../api/types";
import { kindOf, str } from "../fields";
import { addDays, instantAt, today } from "../lib/dates";
import { t } from "../lib/i18n";
import { Chips, Field, Ghosts } from "../lib/ui/bits";
import { Dialog } from "../lib/ui/dialog";
import { FormDialog } from "../lib/ui/form-dialog";
import { toast } from "../lib/ui/toast";
import { uid } from "../lib/uid";
import { fieldOf, useEntity, writable } from "../meta/meta";
import type { Values } from "./draft";
import type { PlanRequest } from "./open";
import { refreshAll } from "./refresh";
import { When } from "./when";
import "./work.css";

// What is asked below the fold, where the company has these fields.
const below = ["remind", "minutes", "place", "contact_id", "participant_ids"];

/** 安排跟进: when, how and for what; for oneself or for somebody else; with one customer or with many at once. */
export default function PlanSheet({ customer, many, at, onSaved, onClose }: PlanRequest & { onClose: () => void }) {
  const entity = useEntity("followup");
  if (!entity)
    return (
      <Dialog title={t("plan")} kind="sheet" onClose={onClose}>
        <Ghosts n={4} />
      </Dialog>
    );
  return <Form entity={entity} customer={customer} many={many} at={at} onSaved={onSaved} onClose={onClose} />;
}

function Form({ entity, customer, many, at, onSaved, onClose }: PlanRequest & { entity: EntityMeta; onClose: () => void }) {
  const ways = fieldOf(entity, "way");
  const [values, setValues] = useState<Values>({
    customer_id: customer?.id ?? "",
    way: ways?.choices?.find((c) => !c.disabled)?.value ?? "",
    planned_at: at ?? instantAt(addDays(today(), 1)),
    owner_id: currentUser()?.id ?? "",
  });
  const key = useRef(uid());
  const set = (name: string, value: unknown) => setValues((v) => ({ ...v, [name]: value }));
  const field = (name: string) => {
    const f = fieldOf(entity, name);
    return f && writable(f) ? f : undefined;
  };
  const save = async () => {
    const filled = Object.fromEntries(Object.entries(values).filter(([, v]) => v !== "" && v != null));
    if (many) {
      if (!(await planMany(entity.path, many.chosen, filled))) return false;
    } else await createRecord(entity.path, filled, key.current);
    refreshAll(str(values.customer_id));
    if (!many) toast(t("plan.saved"));
    onSaved?.();
    return true;
  };
  const input = (f: FieldMeta | undefined, errors: Record<string, string>, label?: string) => {
    if (!f) return null;
    const { Input } = kindOf(f);
    return (
      <Field key={f.name} id={`plan-${f.name}`} label={label ?? f.label} error={errors[f.name]}>
        <Input
          field={f}
          id={`plan-${f.name}`}
          value={values[f.name]}
          values={values}
          invalid={!!errors[f.name]}
          onChange={(v) => set(f.name, v)}
        />
      </Field>
    );
  };
  const shown = new Set(["customer_id", "way", "planned_at", "purpose", "owner_id", ...below]);
  return (
    <FormDialog
      title={customer ? t("plan.of", customer.name) : many ? t("plan.many", many.size) : t("plan")}
      kind="sheet"
      yes={t("plan.save")}
      ready={!!many || !!values.customer_id}
      onSubmit={save}
      onClose={onClose}
    >
      {(errors) => (
        <>
          {!customer && !many && input(field("customer_id"), errors)}
          {ways && (
            <Chips
              label={ways.label}
              value={str(values.way)}
              options={(ways.choices ?? []).filter((c) => !c.disabled).map((c) => ({ value: c.value, label: c.label }))}
              onChange={(v) => set("way", v)}
            />
          )}
          <When
            label={field("planned_at")?.label ?? t("plan.time")}
            value={str(values.planned_at)}
            error={errors.planned_at}
            onChange={(v) => set("planned_at", v)}
          />
          {input(field("purpose"), errors)}
          {/* What the server names beyond what is asked, such as why it may be later than the cadence allows. */}
          {Object.keys(errors).map((name) => !shown.has(name) && input(field(name), errors))}
          <details className="plan-more" open={below.some((n) => errors[n]) || undefined}>
            <summary>{t("plan.more")}</summary>
            <div className="stack">
              {input(field("owner_id"), errors, t("plan.for"))}
              {below.map((n) => (n === "contact_id" && many ? null : input(field(n), errors)))}
              {many && input(field("later_reason"), errors)}
            </div>
          </details>
        </>
      )}
    </FormDialog>
  );
}

/** The customers that were chosen, one page after the other. */
async function idsOf(chosen: Chosen): Promise<string[]> {
  if ("ids" in chosen) return chosen.ids;
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listRecords("customers", { filter: chosen.filter, q: chosen.q, fields: ["name"], limit: 200 }, cursor);
    ids.push(...page.items.map((r: Rec) => r.id));
    cursor = page.next || undefined;
  } while (cursor);
  return ids;
}

/** Plans the same with each of many customers, a few at a time; says how it went. False when nothing could be planned. */
async function planMany(path: string, chosen: Chosen, values: Values): Promise<boolean> {
  const ids = await idsOf(chosen);
  const failed: unknown[] = [];
  let next = 0;
  const work = async () => {
    while (next < ids.length) {
      const customer_id = ids[next++];
      try {
        await createRecord(path, { ...values, customer_id });
      } catch (e) {
        failed.push(e);
      }
    }
  };
  await Promise.all(Array.from({ length: 4 }, work));
  const planned = ids.length - failed.length;
  if (planned > 0) toast(t("plan.savedMany", planned));
  const first = failed[0];
  if (first && planned === 0) throw first;
  if (first) toast(t("bulk.failed", failed.length, first instanceof ApiError ? first.message : ""), { bad: true });
  return true;
}

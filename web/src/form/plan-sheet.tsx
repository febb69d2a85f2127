import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { type LeadAdvice, leadAdvice } from "../api/leads";
import { bulk, type Chosen, createRecord } from "../api/records";
import { currentUser } from "../api/session";
import type { BulkResult, EntityMeta, FieldMeta } from "../api/types";
import { takeBack } from "../api/undo";
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
import { TalkPoints } from "./talk-points";
import { When } from "./when";
import "./work.css";

// What is asked below the fold, where the company has these fields.
const below = ["remind", "minutes", "place", "contact_id", "participant_ids"];

/** 安排跟进: when, how and for what; for oneself or for somebody else; with one customer or with many at once. */
export default function PlanSheet({ customer, lead, many, at, onSaved, onClose }: PlanRequest & { onClose: () => void }) {
  const entity = useEntity("followup");
  // How and when is proposed as of now.
  const advice = useQuery({
    queryKey: ["lead-advice", lead?.id, "plan"],
    queryFn: () => leadAdvice(lead?.id ?? ""),
    enabled: !!lead,
    gcTime: 0,
  });
  if (!entity || (lead && advice.isPending))
    return (
      <Dialog title={t("plan")} kind="sheet" onClose={onClose}>
        <Ghosts n={4} />
      </Dialog>
    );
  const proposal = lead && advice.data?.proposal;
  return <Form {...{ entity, customer, lead, proposal, many, at, onSaved, onClose }} />;
}

type Proposal = LeadAdvice["proposal"];
type FormProps = PlanRequest & { entity: EntityMeta; proposal?: Proposal; onClose: () => void };

const proposed = ({ way, goal, remind, planned_at }: Proposal): Values => ({
  ...(way && { way }),
  planned_at,
  purpose: goal,
  remind: remind ? [remind] : [],
});

function Form({ entity, customer, lead, proposal, many, at, onSaved, onClose }: FormProps) {
  const ways = fieldOf(entity, "way");
  const [values, setValues] = useState<Values>({
    ...(lead ? { lead_id: lead.id } : { customer_id: customer?.id ?? "" }),
    way: ways?.choices?.find((c) => !c.disabled)?.value ?? "",
    planned_at: at ?? instantAt(addDays(today(), 1)),
    // Of many, each is for whoever owns the customer, unless somebody is named.
    owner_id: many ? "" : (currentUser()?.id ?? ""),
    ...(proposal && proposed(proposal)),
  });
  const [failed, setFailed] = useState<BulkResult["failed"]>([]);
  // Those that could not be planned with are tried again, without the others.
  const chosen: Chosen | undefined = failed.length > 0 ? { ids: failed.map((f) => f.id) } : many?.chosen;
  const size = failed.length || (many?.size ?? 0);
  const key = useRef(uid());
  const set = (name: string, value: unknown) => setValues((v) => ({ ...v, [name]: value }));
  const field = (name: string) => {
    const f = fieldOf(entity, name);
    return f && writable(f) ? f : undefined;
  };
  const save = async () => {
    const filled = Object.fromEntries(Object.entries(values).filter(([, v]) => v !== "" && v != null));
    if (chosen) {
      const { customer_id: _, ...same } = filled;
      const done = await bulk("customers", chosen, "plan", same);
      refreshAll();
      if (done.changed > 0)
        toast(t("plan.savedMany", done.changed), { undo: done.undo ? () => void takeBack(done.undo, refreshAll) : undefined });
      setFailed(done.failed);
      if (done.failed.length > 0) return false;
    } else {
      await createRecord(entity.path, filled, key.current);
      refreshAll(str(values.lead_id ?? values.customer_id));
      toast(t("plan.saved"));
    }
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
  const shown = new Set(["customer_id", "lead_id", "way", "planned_at", "purpose", "owner_id", ...below]);
  return (
    <FormDialog
      title={(customer ?? lead) ? t("plan.of", (customer ?? lead)?.name ?? "") : many ? t("plan.many", size) : t("plan")}
      kind="sheet"
      yes={t("plan.save")}
      ready={!!many || !!lead || !!values.customer_id}
      onSubmit={save}
      onClose={onClose}
    >
      {(errors) => (
        <>
          {failed.length > 0 && (
            <>
              <Reasons list={failed} />
              {input(field("later_reason"), errors)}
            </>
          )}
          {!customer && !lead && !many && input(field("customer_id"), errors)}
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
          <div className="plan-purpose">{input(field("purpose"), errors)}</div>
          {proposal && proposal.points.length > 0 && (
            <TalkPoints track={proposal.track} points={proposal.points} purpose={str(values.purpose)} onChange={(v) => set("purpose", v)} />
          )}
          {lead && input(field("remind"), errors)}
          {/* What the server names beyond what is asked, such as why it may be later than the cadence allows. */}
          {Object.keys(errors).map((name) => !shown.has(name) && input(field(name), errors))}
          <details className="plan-more" open={below.some((n) => errors[n]) || undefined}>
            <summary>{t("plan.more")}</summary>
            <div className="stack">
              {input(field("owner_id"), errors, t(many ? "plan.forMany" : "plan.for"))}
              {below.map((n) => ((n === "contact_id" && (many || lead)) || (n === "remind" && lead) ? null : input(field(n), errors)))}
              {many && failed.length === 0 && input(field("later_reason"), errors)}
            </div>
          </details>
        </>
      )}
    </FormDialog>
  );
}

/** With whom nothing could be planned, and why. */
const Reasons = ({ list }: { list: BulkResult["failed"] }) => (
  <div role="alert" className="plan-failed">
    <p>
      <b>{t("plan.failedMany", list.length)}</b>
    </p>
    <ul>
      {list.map((f) => (
        <li key={f.id}>
          {f.title || f.id}
          {t("colon")}
          {f.message}
        </li>
      ))}
    </ul>
  </div>
);

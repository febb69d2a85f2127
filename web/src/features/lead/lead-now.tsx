import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { ApiError } from "../../api/client";
import { type LeadAdvice, resubmitLead, unconvertLead } from "../../api/leads";
import { patchRecord } from "../../api/records";
import { currentUser, permits } from "../../api/session";
import type { EntityMeta, FieldMeta, Rec } from "../../api/types";
import { blank, list, str } from "../../fields";
import { changes, type Values } from "../../form/draft";
import { FormFields } from "../../form/form-fields";
import { openFollow, openPlan } from "../../form/open";
import { TimeLeft } from "../../form/time-left";
import { formatDay, formatInstant } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Field, Spinner } from "../../lib/ui/bits";
import { IconAlertTriangle, IconArrowBackUp, IconCalendarPlus, IconCheckbox, IconMessageCircle, IconUsers } from "../../lib/ui/icons";
import { toast, toastError } from "../../lib/ui/toast";
import { fieldOf, refOf, titleOf, writable } from "../../meta/meta";
import { failure } from "../../record/edit";
import { Known } from "./known";
import { openStates } from "./queue";
import { refreshLeads } from "./use-queue";
import { useFieldNames } from "./words";
import "../../form/form.css";

type Props = { entity: EntityMeta; rec: Rec; clocks: LeadAdvice["clocks"] };

/** What was told when a lead ended, or was put aside. */
const ended: Record<string, string[]> = {
  won: ["amount", "contract_number", "success_factors", "closed_note"],
  lost: ["loss_reason", "competitor", "closed_note"],
  parked: ["opinion"],
  invalid: ["invalid_reason", "opinion"],
};

/** Whether this user reviews leads, and may decide about this one. */
export const reviews = (rec: Rec) => permits("lead", "approve") && rec._can?.edit !== false;

/** Whether the next thing to do is to write down a contact: then that stands below the head, not in it. */
export const logsNow = (rec: Rec) =>
  openStates.includes(str(rec.state)) && !(rec.state === "todo" && blank(rec.next_followup_at)) && rec.owner_id === currentUser()?.id;

/** What is to be done about a lead now, by when, and the one button that does it. */
export function LeadNow({ entity, rec, clocks }: Props) {
  const state = str(rec.state);
  const due = clocks
    .filter((c) => c.state === "running")
    .map((c) => c.due_at)
    .sort()[0];
  const name = titleOf(entity, rec);
  const lead = { id: rec.id, name };
  const mine = rec._can?.edit !== false && !rec._archived;
  if (!blank(rec.converted_at)) return <Converted rec={rec} may={mine} />;
  if (state === "returned" && mine) return <Supplement entity={entity} rec={rec} due={due} />;
  const planned = !blank(rec.next_followup_at);
  const open = openStates.includes(state);
  const said =
    state === "pending"
      ? t("lead.now.pending", refOf(rec, "reviewer_id")?.name ?? t("lead.now.supervisor"))
      : state === "returned"
        ? t("lead.now.returnedOther", refOf(rec, "owner_id")?.name ?? "")
        : state === "todo"
          ? t(planned ? "lead.now.contact" : "lead.now.plan")
          : open
            ? t("lead.now.working")
            : state === "parked"
              ? t("lead.now.parked", formatDay(str(rec.park_until)))
              : state === "won"
                ? t("lead.now.won")
                : state === "lost"
                  ? blank(rec.retry_on)
                    ? t("lead.now.lost")
                    : t("lead.now.retry", formatDay(str(rec.retry_on)))
                  : state === "invalid"
                    ? t("lead.now.invalid")
                    : "";
  const again = (state === "parked" || state === "invalid") && reviews(rec);
  if (!said) return null;
  return (
    <section className="box box-pad lead-now">
      <p className="grow row wrap">
        <b>{said}</b>
        {due && <TimeLeft due={due} />}
      </p>
      {state === "pending" && reviews(rec) && (
        <Link to="/review" search={{ lead: rec.id }} className="btn primary">
          <IconCheckbox size={17} aria-hidden />
          {t("todo.review")}
        </Link>
      )}
      {state === "todo" && !planned && mine && (
        <button type="button" className="btn primary" onClick={() => openPlan({ lead, onSaved: () => refreshLeads([rec.id]) })}>
          <IconCalendarPlus size={17} aria-hidden />
          {t("plan")}
        </button>
      )}
      {mine && logsNow(rec) && (
        <button type="button" className="btn primary" onClick={() => openFollow({ lead, onSaved: () => refreshLeads([rec.id]) })}>
          <IconMessageCircle size={17} aria-hidden />
          {t("follow")}
        </button>
      )}
      {again && (
        <button type="button" className="btn" onClick={() => void resubmit(rec, "")}>
          <IconArrowBackUp size={17} aria-hidden />
          {t("lead.resubmit.again")}
        </button>
      )}
      <Known entity={entity} rec={rec} names={ended[state] ?? []} />
    </section>
  );
}

async function resubmit(rec: Rec, note: string) {
  try {
    await resubmitLead(rec.id, note);
    refreshLeads([rec.id]);
    toast(t("lead.resubmitted"));
  } catch (e) {
    toastError(e);
  }
}

function Converted({ rec, may }: { rec: Rec; may: boolean }) {
  const customer = refOf(rec, "customer_id");
  const navigate = useNavigate();
  const back = async () => {
    try {
      await unconvertLead(rec.id);
      refreshLeads([rec.id]);
      toast(t("lead.unconverted"));
    } catch (e) {
      toastError(e);
    }
  };
  return (
    <section className="box box-pad lead-now">
      <p className="grow row wrap">
        <b>{t("lead.now.converted")}</b>
        <span className="muted small">{formatInstant(str(rec.converted_at))}</span>
      </p>
      {customer && (
        <button type="button" className="btn primary" onClick={() => void navigate({ to: "/customers/$id", params: { id: customer.id } })}>
          <IconUsers size={17} aria-hidden />
          {t("lead.openCustomer")}
        </button>
      )}
      {may && (
        <button type="button" className="btn" onClick={() => void back()}>
          <IconArrowBackUp size={17} aria-hidden />
          {t("lead.unconvert")}
        </button>
      )}
    </section>
  );
}

/** What a lead was sent back for, and the fields to fill in right there: then it goes to its review again. */
function Supplement({ entity, rec, due }: { entity: EntityMeta; rec: Rec; due?: string }) {
  const names = useFieldNames();
  const lacks = list(rec.lacking);
  const fields = lacks.map((n) => fieldOf(entity, n)).filter((f): f is FieldMeta => !!f && writable(f));
  const [now, setNow] = useState<Values>(rec);
  const [note, setNote] = useState("");
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    setBusy(true);
    try {
      const changed = changes(rec, now, fields);
      if (Object.keys(changed).length > 0) await patchRecord(entity.path, rec.id, rec.version, changed);
      await resubmit(rec, note.trim());
    } catch (x) {
      if (x instanceof ApiError) setErrors(x.fields);
      toastError(failure(entity, x));
    }
    setBusy(false);
  };
  return (
    <section className="box box-pad lead-back" aria-label={t("lead.now.returned")}>
      <p className="row wrap">
        <IconAlertTriangle size={18} aria-hidden className="late" />
        <b>{t("lead.now.returned")}</b>
        {due && <TimeLeft due={due} />}
        <span className="small muted">
          {t("lead.returned.said", refOf(rec, "reviewed_by")?.name ?? "", formatInstant(str(rec.reviewed_at)))}
        </span>
      </p>
      <p>
        {t("lead.returned.what")} <b>{names(lacks)}</b>
      </p>
      {str(rec.opinion) && <p className="pre">“{str(rec.opinion)}”</p>}
      <form onSubmit={(e) => void submit(e)} noValidate>
        <FormFields
          fields={fields}
          values={now}
          errors={errors}
          rec={rec}
          prefix="back"
          onChange={(n, v) => {
            setNow((old) => ({ ...old, [n]: v }));
            setErrors(({ [n]: _, ...rest }) => rest);
          }}
        />
        <Field id="back-note" label={t("lead.resubmit.note")}>
          <input
            id="back-note"
            className="input"
            maxLength={500}
            placeholder={t("review.opinionHint")}
            value={note}
            onChange={(e) => setNote(e.target.value)}
          />
        </Field>
        <p className="row lead-submit">
          <button type="submit" className="btn primary big" disabled={busy}>
            {busy && <Spinner />}
            {t("lead.resubmit")}
          </button>
        </p>
      </form>
    </section>
  );
}

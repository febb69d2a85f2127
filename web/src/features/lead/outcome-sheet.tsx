import { useState } from "react";
import type { LeadOutcome } from "../../api/leads";
import type { EntityMeta, Rec } from "../../api/types";
import { kindOf } from "../../fields";
import { addDays, today } from "../../lib/dates";
import { t } from "../../lib/i18n";
import { Chips, Field } from "../../lib/ui/bits";
import { FormDialog } from "../../lib/ui/form-dialog";
import { choiceOf, fieldOf, refOf, titleOf } from "../../meta/meta";
import { movedLead } from "./moved";
import { chipsOf } from "./queue";

type Props = { entity: EntityMeta; rec: Rec; to: LeadOutcome["state"]; onClose: () => void };
type Told = Omit<LeadOutcome, "state">;

const ready: Partial<Record<LeadOutcome["state"], (o: Told) => boolean>> = {
  lost: (o) => !!o.loss_reason,
  parked: (o) => (o.park_until ?? "") > today(),
  invalid: (o) => !!o.invalid_reason,
};

/** How a lead ended, or until when it is put aside: what decided it, and what one learns from it. */
export default function OutcomeSheet({ entity, rec, to, onClose }: Props) {
  const [told, setTold] = useState<Told>(to === "parked" ? { park_until: addDays(today(), 30) } : {});
  const set = (patch: Told) => setTold((o) => ({ ...o, ...patch }));
  const name = titleOf(entity, rec);
  const titles = {
    won: t("lead.won.of", name),
    lost: t("lead.lost.of", name),
    parked: t("lead.park.of", name),
    invalid: t("lead.invalid.of", name),
  };
  const state = fieldOf(entity, "state");
  const customer = refOf(rec, "customer_id");
  const save = async () => {
    const outcome = { state: to, ...Object.fromEntries(Object.entries(told).filter(([, v]) => v !== "" && v != null)) };
    await movedLead(rec, outcome, t("lead.moved", name, (state && choiceOf(state, to)?.label) ?? to));
  };
  return (
    <FormDialog title={titles[to as "won"]} kind="sheet" yes={t("ok")} ready={ready[to]?.(told) ?? true} onSubmit={save} onClose={onClose}>
      {(errors) => (
        <>
          {customer && (to === "won" || to === "lost") && <p className="muted">{t(`lead.${to}.customer`, customer.name)}</p>}
          {to === "won" && <Won entity={entity} told={told} set={set} errors={errors} />}
          {to === "lost" && <Lost entity={entity} told={told} set={set} errors={errors} />}
          {to === "parked" && (
            <Day
              label={fieldOf(entity, "park_until")?.label ?? ""}
              days={parkDays}
              value={told.park_until ?? ""}
              onChange={(d) => set({ park_until: d })}
            />
          )}
          {to === "invalid" && (
            <Chips
              label={fieldOf(entity, "invalid_reason")?.label ?? ""}
              value={told.invalid_reason ?? ""}
              options={chipsOf(fieldOf(entity, "invalid_reason"))}
              onChange={(v) => set({ invalid_reason: v })}
            />
          )}
          <Field
            id="outcome-note"
            label={t(to === "won" ? "lead.noteWon" : to === "lost" ? "lead.note" : "review.opinion")}
            error={errors.note}
          >
            <textarea
              id="outcome-note"
              className="input"
              maxLength={2000}
              value={told.note ?? ""}
              onChange={(e) => set({ note: e.target.value })}
            />
          </Field>
        </>
      )}
    </FormDialog>
  );
}

type PartProps = { entity: EntityMeta; told: Told; set: (t: Told) => void; errors: Record<string, string> };

function Won({ entity, told, set, errors }: PartProps) {
  const factors = told.success_factors ?? [];
  const amount = fieldOf(entity, "amount");
  const Money = amount && kindOf(amount).Input;
  return (
    <>
      <fieldset className="chips">
        <legend>{fieldOf(entity, "success_factors")?.label}</legend>
        {chipsOf(fieldOf(entity, "success_factors")).map((c) => {
          const on = factors.includes(c.value);
          return (
            <label key={c.value} className={on ? "chip on" : "chip"}>
              <input
                type="checkbox"
                checked={on}
                onChange={() => set({ success_factors: on ? factors.filter((x) => x !== c.value) : [...factors, c.value] })}
              />
              {c.label}
            </label>
          );
        })}
      </fieldset>
      <Field id="outcome-contract" label={fieldOf(entity, "contract_number")?.label ?? ""} error={errors.contract_number}>
        <input
          id="outcome-contract"
          className="input"
          maxLength={60}
          value={told.contract_number ?? ""}
          onChange={(e) => set({ contract_number: e.target.value })}
        />
      </Field>
      {amount && Money && (
        <Field id="outcome-amount" label={amount.label} error={errors.amount}>
          <Money field={amount} id="outcome-amount" value={told.amount} onChange={(v) => set({ amount: v as number })} />
        </Field>
      )}
    </>
  );
}

function Lost({ entity, told, set, errors }: PartProps) {
  const competitor = fieldOf(entity, "competitor");
  return (
    <>
      <Chips
        label={fieldOf(entity, "loss_reason")?.label ?? ""}
        value={told.loss_reason ?? ""}
        options={chipsOf(fieldOf(entity, "loss_reason"))}
        onChange={(v) => set({ loss_reason: v })}
      />
      {competitor && told.loss_reason === "competitor" && (
        <Field id="outcome-competitor" label={competitor.label} error={errors.competitor}>
          <input
            id="outcome-competitor"
            className="input"
            maxLength={120}
            value={told.competitor ?? ""}
            onChange={(e) => set({ competitor: e.target.value })}
          />
        </Field>
      )}
      <Day label={t("lead.retry")} days={retryDays} value={told.retry_on ?? ""} onChange={(d) => set({ retry_on: d })} />
    </>
  );
}

const parkDays = () => [
  { value: addDays(today(), 7), label: t("review.in7") },
  { value: addDays(today(), 14), label: t("review.in14") },
  { value: addDays(today(), 30), label: t("review.in30") },
  { value: addDays(today(), 90), label: t("review.in90") },
];
const retryDays = () => [
  { value: "", label: t("lead.retry.none") },
  { value: addDays(today(), 90), label: t("lead.retry.3") },
  { value: addDays(today(), 180), label: t("lead.retry.6") },
];

type DayProps = { label: string; days: () => { value: string; label: string }[]; value: string; onChange: (day: string) => void };

/** A day: the usual ones in one tap, any other by the browser's own control. */
const Day = ({ label, days, value, onChange }: DayProps) => (
  <div className="when">
    <Chips label={label} value={value} options={days()} onChange={onChange} />
    <input
      type="date"
      className="input"
      aria-label={label}
      min={addDays(today(), 1)}
      value={value}
      onChange={(e) => onChange(e.target.value)}
    />
  </div>
);

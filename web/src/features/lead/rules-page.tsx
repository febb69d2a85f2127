import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError } from "../../api/client";
import { type Criterion, type LeadRules, leadRules, setLeadRules } from "../../api/leads";
import { queryClient } from "../../api/query";
import { kindOf } from "../../fields";
import { t } from "../../lib/i18n";
import { Failed, Field, Ghosts, Spinner } from "../../lib/ui/bits";
import { IconPlus, IconTrash } from "../../lib/ui/icons";
import { MenuItem, Popover } from "../../lib/ui/popover";
import { toast, toastError } from "../../lib/ui/toast";
import { fieldOf, useEntity } from "../../meta/meta";
import { kinds, moneyField, share, withKind } from "./rules";
import { TalksBox } from "./talks-box";
import "./pick.css";
import "./rules.css";

/** 线索规则: what a lead is scored by, which grade a score proposes, by which rule leads are given out, and what is said to them. */
export default function RulesPage() {
  const q = useQuery({ queryKey: ["lead-rules"], queryFn: leadRules });
  if (q.error && !q.data) return <Failed error={q.error} retry={() => void q.refetch()} />;
  if (!q.data) return <Ghosts n={5} h={96} />;
  return (
    <div className="stack">
      <Form before={q.data} />
      <TalksBox />
    </div>
  );
}

function Form({ before }: { before: LeadRules }) {
  const [rules, setRules] = useState(before);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const { scoring, assignment } = rules;
  const score = (patch: Partial<LeadRules["scoring"]>) => setRules({ ...rules, scoring: { ...scoring, ...patch } });
  const assign = (patch: Partial<LeadRules["assignment"]>) => setRules({ ...rules, assignment: { ...assignment, ...patch } });
  const set = (at: number, c: Criterion | undefined) => score({ criteria: scoring.criteria.flatMap((x, i) => (i === at ? (c ?? []) : x)) });
  const save = async (e: FormEvent) => {
    e.preventDefault();
    setBusy(true);
    setErrors({});
    try {
      const saved = await setLeadRules(rules);
      queryClient.setQueryData(["lead-rules"], saved);
      void queryClient.invalidateQueries({ queryKey: ["review"] });
      toast(t("saved.done"));
    } catch (x) {
      if (x instanceof ApiError) setErrors(x.fields);
      toastError(x);
    }
    setBusy(false);
  };
  const left = kinds.filter((k) => !scoring.criteria.some((c) => c.kind === k));
  return (
    <form className="stack rules" onSubmit={(e) => void save(e)}>
      <p className="muted small">{t("rules.note")}</p>
      <section className="box" aria-labelledby="rules-scoring">
        <div className="box-head">
          <h2 id="rules-scoring">{t("rules.scoring")}</h2>
          {left.length > 0 && (
            <Popover
              menu
              className="btn small"
              popName={t("rules.addWhat")}
              side="end"
              label={
                <>
                  <IconPlus size={15} aria-hidden />
                  {t("rules.add")}
                </>
              }
            >
              {() =>
                left.map((k) => (
                  <MenuItem key={k} onClick={() => score({ criteria: [...scoring.criteria, withKind(k)] })}>
                    {t(`rules.kind.${k}`)}
                  </MenuItem>
                ))
              }
            </Popover>
          )}
        </div>
        <p className="muted small rules-text">{t("rules.scoringText")}</p>
        <ul>
          {scoring.criteria.map((c, i) => (
            <Row key={c.kind} c={c} share={share(scoring.criteria, c)} onChange={(next) => set(i, next)} />
          ))}
        </ul>
        {errors.criteria && <p className="field-error rules-text">{errors.criteria}</p>}
      </section>
      <section className="box" aria-labelledby="rules-grades">
        <div className="box-head">
          <h2 id="rules-grades">{t("rules.thresholds")}</h2>
        </div>
        <div className="row wrap rules-grades">
          <Points id="rules-a" label={t("rules.a")} value={scoring.a} onChange={(a) => score({ a })} />
          <Points id="rules-b" label={t("rules.b")} value={scoring.b} onChange={(b) => score({ b })} />
          <span className="muted">{t("rules.c", scoring.b)}</span>
        </div>
        {(errors.a ?? errors.b) && <p className="field-error rules-text">{errors.a ?? errors.b}</p>}
      </section>
      <section className="box" aria-labelledby="rules-assign">
        <div className="box-head">
          <h2 id="rules-assign">{t("rules.assignment")}</h2>
        </div>
        <fieldset className="bare rules-choice">
          <legend className="sr">{t("rules.assignment")}</legend>
          {(["ranking", "region", "round_robin", "least_loaded"] as const).map((r) => (
            <label key={r} className="pick">
              <input type="radio" name="rule" checked={assignment.rule === r} onChange={() => assign({ rule: r })} />
              <span className="grow">
                <b>{t(`rules.rule.${r}`)}</b>
                <span className="small muted rules-said">{t(`rules.rule.${r}.text`)}</span>
              </span>
            </label>
          ))}
          <Field id="rules-capacity" label={t("rules.capacity")} help={t("rules.capacityHelp")} error={errors.capacity}>
            <input
              id="rules-capacity"
              className="input number"
              type="number"
              min={0}
              max={10000}
              value={assignment.capacity}
              onChange={(e) => assign({ capacity: Number(e.target.value) })}
            />
          </Field>
        </fieldset>
      </section>
      <p className="row">
        <button type="submit" className="btn primary big" disabled={busy || rules === before}>
          {busy && <Spinner />}
          {t("save")}
        </button>
      </p>
    </form>
  );
}

const Points = ({ id, label, value, onChange }: { id: string; label: string; value: number; onChange: (n: number) => void }) => (
  <Field id={id} label={label}>
    <span className="row">
      <input
        id={id}
        className="input number"
        type="number"
        min={0}
        max={100}
        value={value}
        onChange={(e) => onChange(Number(e.target.value))}
      />
      {t("rules.points")}
    </span>
  </Field>
);

function Row({ c, share: part, onChange }: { c: Criterion; share: number; onChange: (c: Criterion | undefined) => void }) {
  const name = t(`rules.kind.${c.kind}`);
  return (
    <li className="rule">
      <div className="rule-name">
        <b>{name}</b>
        <span className="small muted num">{t("rules.share", part)}</span>
        <i className="meter" aria-hidden>
          <i style={{ width: `${part}%` }} />
        </i>
      </div>
      <Field id={`w-${c.kind}`} label={t("rules.weight")}>
        <input
          id={`w-${c.kind}`}
          className="input number"
          type="number"
          min={0}
          max={100}
          value={c.weight}
          onChange={(e) => onChange({ ...c, weight: Number(e.target.value) })}
        />
      </Field>
      <div className="grow">
        <What c={c} onChange={onChange} />
      </div>
      <button type="button" className="icon-btn" aria-label={t("rules.remove", name)} onClick={() => onChange(undefined)}>
        <IconTrash size={17} aria-hidden />
      </button>
    </li>
  );
}

/** What of a criterion counts in full. */
function What({ c, onChange }: { c: Criterion; onChange: (c: Criterion) => void }) {
  const entity = useEntity("lead");
  if (c.kind === "decision") return <p className="small muted">{t("rules.text.decision")}</p>;
  if (c.kind === "urgency")
    return (
      <Field id="rules-days" label={t("rules.days")}>
        <input
          id="rules-days"
          className="input number"
          type="number"
          min={1}
          max={3650}
          value={c.days ?? 0}
          onChange={(e) => onChange({ ...c, days: Number(e.target.value) })}
        />
      </Field>
    );
  const field = entity && fieldOf(entity, c.kind);
  if (!field) return null;
  if (c.kind === "budget") {
    const money = moneyField(field, t("rules.amount"));
    const { Input } = kindOf(money);
    return (
      <Field id="rules-amount" label={money.label}>
        <Input field={money} id="rules-amount" value={c.amount ?? null} onChange={(v) => onChange({ ...c, amount: Number(v) || 0 })} />
      </Field>
    );
  }
  const { Many } = kindOf(field);
  if (!Many) return null;
  return (
    <Field id={`v-${c.kind}`} label={t("rules.values")} help={t("rules.any")}>
      <Many field={field} id={`v-${c.kind}`} value={c.values ?? []} onChange={(values) => onChange({ ...c, values })} />
    </Field>
  );
}

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queryClient } from "../../api/query";
import { putSourceCosts, type SourceCosts, sourceCosts } from "../../api/reports";
import { today } from "../../lib/dates";
import { formatMoney, formatMonth, moneyInput, parseMoney } from "../../lib/format";
import { t } from "../../lib/i18n";
import { monthsOver } from "../../lib/period";
import { Field, Ghosts } from "../../lib/ui/bits";
import { Dialog } from "../../lib/ui/dialog";
import { FormDialog } from "../../lib/ui/form-dialog";
import { toastError } from "../../lib/ui/toast";
import { fieldOf, useEntity } from "../../meta/meta";
import { costsOf } from "./costs-of";

type Props = { month: string; onClose: () => void };

/** 投入: what was spent on each source in a month. */
export default function Costs(p: Props) {
  const q = useQuery({ queryKey: ["source-costs"], queryFn: sourceCosts, gcTime: 0 });
  if (q.error) toastError(q.error);
  if (q.data && !q.isFetching) return <Editor {...p} known={q.data} />;
  return (
    <Dialog title={t("reports.costsTitle")} kind="drawer" onClose={p.onClose}>
      <Ghosts n={8} />
    </Dialog>
  );
}

function Editor({ month: first, known, onClose }: Props & { known: SourceCosts[] }) {
  const lead = useEntity("lead");
  const [month, setMonth] = useState(first);
  // What was typed, by month: turning to another does not lose it, and only what was touched is sent.
  const [typed, setTyped] = useState<Record<string, Record<string, string>>>({});
  const saved = (m: string) => known.find((k) => k.month === m)?.costs ?? {};
  const choices = (lead && fieldOf(lead, "source")?.choices) ?? [];
  const more = Object.keys(saved(month)).filter((s) => !choices.some((c) => c.value === s));
  const rows = [...choices.map((c) => ({ value: c.value, label: c.label })), ...more.map((s) => ({ value: s, label: s }))];
  const months = [...new Set([today().slice(0, 7), first, ...monthsOver(today(), 24), ...known.map((k) => k.month)])].sort().reverse();
  const bad = Object.values(typed).some((of) => Object.values(of).some((v) => parseMoney(v) === undefined));
  return (
    <FormDialog
      title={t("reports.costsTitle")}
      kind="drawer"
      ready={!bad}
      onClose={onClose}
      onSubmit={async () => {
        for (const [m, of] of Object.entries(typed)) await putSourceCosts({ month: m, costs: costsOf(saved(m), of) });
        await queryClient.invalidateQueries({ queryKey: ["report"] });
      }}
    >
      {(errors) => (
        <>
          <Field id="costs-month" label={t("reports.costsMonth")} help={t("reports.costsHelp")} error={errors.month ?? errors.costs}>
            <select id="costs-month" className="input" value={month} onChange={(e) => setMonth(e.target.value)}>
              {months.map((m) => (
                <option key={m} value={m}>
                  {formatMonth(`${m}-01`)}
                </option>
              ))}
            </select>
          </Field>
          <div className="report-costs">
            {rows.map((r) => {
              const value = typed[month]?.[r.value] ?? moneyInput(saved(month)[r.value]);
              const minor = parseMoney(value);
              const id = `cost-${r.value}`;
              return (
                <Field
                  key={r.value}
                  id={id}
                  label={r.label}
                  error={minor === undefined ? t("reports.costsBad") : undefined}
                  help={minor ? formatMoney(minor) : ""}
                >
                  <input
                    id={id}
                    className="input num"
                    inputMode="decimal"
                    autoComplete="off"
                    value={value}
                    aria-invalid={minor === undefined || undefined}
                    aria-describedby={minor === undefined ? `${id}-error` : minor ? `${id}-help` : undefined}
                    onChange={(e) => setTyped({ ...typed, [month]: { ...typed[month], [r.value]: e.target.value } })}
                  />
                </Field>
              );
            })}
          </div>
        </>
      )}
    </FormDialog>
  );
}

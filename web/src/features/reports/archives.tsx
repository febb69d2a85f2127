import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queryClient } from "../../api/query";
import { archives, freezeMonth } from "../../api/reports";
import { today } from "../../lib/dates";
import { formatExact, formatMonth } from "../../lib/format";
import { t } from "../../lib/i18n";
import { monthsOver } from "../../lib/period";
import { Failed, Field, Ghosts } from "../../lib/ui/bits";
import { Dialog } from "../../lib/ui/dialog";
import { FormDialog } from "../../lib/ui/form-dialog";
import { toast } from "../../lib/ui/toast";

type Props = { mayFreeze: boolean; onOpen: (id: string) => void; onClose: () => void };

/** The months that were frozen, each with its reports; and the way to freeze another. */
export default function Archives({ mayFreeze, onOpen, onClose }: Props) {
  const q = useQuery({ queryKey: ["archives"], queryFn: archives });
  const [freezing, setFreezing] = useState(false);
  const months = [...new Set((q.data ?? []).map((a) => a.month))];
  if (freezing) return <Freeze frozen={months} onClose={() => setFreezing(false)} />;
  return (
    <Dialog
      title={t("reports.frozenMonths")}
      kind="drawer"
      onClose={onClose}
      footer={
        mayFreeze && (
          <button type="button" className="btn primary" disabled={!q.data} onClick={() => setFreezing(true)}>
            {t("reports.freeze")}
          </button>
        )
      }
    >
      {q.error ? (
        <Failed error={q.error} retry={() => void q.refetch()} />
      ) : !q.data ? (
        <Ghosts n={4} />
      ) : (
        <div className="stack">
          {months.length === 0 && <p className="muted">{t("reports.noneFrozen")}</p>}
          {months.map((month) => {
            const those = q.data.filter((a) => a.month === month);
            return (
              <section key={month} className="report-month" aria-labelledby={`month-${month}`}>
                <h3 id={`month-${month}`}>{formatMonth(`${month}-01`)}</h3>
                <p className="muted small">{t("reports.frozenBy", those[0]?.computed_by.name ?? "", formatExact(those[0]?.computed_at))}</p>
                {those.map((a) => (
                  <button
                    key={a.id}
                    type="button"
                    className="btn"
                    onClick={() => {
                      onOpen(a.id);
                      onClose();
                    }}
                  >
                    {a.title}
                  </button>
                ))}
              </section>
            );
          })}
        </div>
      )}
    </Dialog>
  );
}

function Freeze({ frozen, onClose }: { frozen: string[]; onClose: () => void }) {
  const open = monthsOver(today(), 24).filter((m) => !frozen.includes(m));
  const [month, setMonth] = useState(open[0] ?? "");
  const [sure, setSure] = useState(false);
  return (
    <FormDialog
      title={t("reports.freeze")}
      yes={t("reports.freezeYes")}
      danger
      ready={sure && month !== ""}
      onClose={onClose}
      onSubmit={async () => {
        await freezeMonth(month);
        await queryClient.invalidateQueries({ queryKey: ["archives"] });
        toast(t("reports.froze", formatMonth(`${month}-01`)));
      }}
    >
      {(errors) => (
        <>
          <Field id="freeze-month" label={t("reports.freezeMonth")} error={errors.month} help={open.length ? "" : t("reports.allFrozen")}>
            <select
              id="freeze-month"
              className="input"
              value={month}
              onChange={(e) => {
                setMonth(e.target.value);
                setSure(false); // of that month it was said
              }}
            >
              {open.map((m) => (
                <option key={m} value={m}>
                  {formatMonth(`${m}-01`)}
                </option>
              ))}
            </select>
          </Field>
          <p className="note">{t("reports.freezeText")}</p>
          <label className="check">
            <input type="checkbox" checked={sure} onChange={(e) => setSure(e.target.checked)} />
            {t("reports.freezeSure")}
          </label>
        </>
      )}
    </FormDialog>
  );
}

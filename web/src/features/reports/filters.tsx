import type { ReportKind } from "../../api/reports";
import { today } from "../../lib/dates";
import { t } from "../../lib/i18n";
import { daysOfPeriod } from "../../lib/period";
import { usePhone } from "../../lib/screen";
import { PeriodPicker } from "../../lib/ui/period-picker";
import { useEntity } from "../../meta/meta";
import { FilterChips, QuickFilters } from "../../record/list/quick-filters";
import type { ReportsSearch } from "./reports-search";
import "../../record/list/list.css";

/** The days the address names; this month when it names none. */
export const periodOf = (s: ReportsSearch) => (s.from && s.to ? { from: s.from, to: s.to } : daysOfPeriod("month", today()));

type Props = { kind: ReportKind; by?: string; search: ReportsSearch; go: (patch: ReportsSearch) => void };

/** What of a report can be chosen: its days, what tells its records apart, and which of them count. */
export function Filters({ kind, by, search, go }: Props) {
  const { from, to } = periodOf(search);
  const phone = usePhone();
  const entity = useEntity(kind.entity);
  // New customers of a source cannot be narrowed by what is known of leads.
  const narrows = entity && kind.name !== "lead-sources";
  return (
    <div className="report-filters no-print">
      <div className="report-filter-row">
        <PeriodPicker from={from} to={to} onChange={go} />
        {kind.by.length > 1 && (
          <label className="row">
            {t("reports.by")}
            <select className="input" value={by} onChange={(e) => go({ by: e.target.value, sort: undefined })}>
              {kind.by.map((b) => (
                <option key={b.name} value={b.name}>
                  {b.label}
                </option>
              ))}
            </select>
          </label>
        )}
        {narrows && !phone && <QuickFilters entity={entity} filter={search.f} onChange={(f) => go({ f })} />}
      </div>
      {narrows && <FilterChips entity={entity} filter={search.f} onChange={(f) => go({ f })} />}
    </div>
  );
}

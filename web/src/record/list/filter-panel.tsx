import type { EntityMeta, Filter } from "../../api/types";
import { t } from "../../lib/i18n";
import { Dialog } from "../../lib/ui/dialog";
import { IconArrowDown, IconArrowUp } from "../../lib/ui/icons";
import type { ListState } from "../../meta/list-state";
import { FilterBuilder } from "./filter-builder";
import { QuickFilters } from "./quick-filters";

type Props = {
  entity: EntityMeta;
  state: ListState;
  count?: number;
  onFilter: (f: Filter | undefined) => void;
  onSort: (sort: string) => void;
  onArchived: (archived: boolean) => void;
  onClose: () => void;
};

/** The phone's sheet for filters and order. */
export default function FilterPanel({ entity, state, count, onFilter, onSort, onArchived, onClose }: Props) {
  const key = (state.sort.split(",")[0] ?? "").replace(/^-/, "");
  const down = state.sort.startsWith("-");
  return (
    <Dialog
      title={t("filter")}
      kind="sheet"
      onClose={onClose}
      footer={
        <>
          <button type="button" className="btn" onClick={() => onFilter(undefined)}>
            {t("filter.clear")}
          </button>
          <button type="button" className="btn primary" onClick={onClose}>
            {t("filter.show", count ?? 0)}
          </button>
        </>
      }
    >
      <div className="stack">
        <div className="row wrap">
          <QuickFilters entity={entity} filter={state.filter} onChange={onFilter} />
        </div>
        <FilterBuilder entity={entity} filter={state.filter} onChange={onFilter} />
        <div>
          <span className="label">{t("sort")}</span>
          <div className="row">
            <select className="input" aria-label={t("sort")} value={key} onChange={(e) => onSort((down ? "-" : "") + e.target.value)}>
              {entity.fields
                .filter((f) => f.sort)
                .map((f) => (
                  <option key={f.name} value={f.name}>
                    {f.label}
                  </option>
                ))}
            </select>
            <button
              type="button"
              className="btn"
              aria-label={down ? t("sort.desc") : t("sort.asc")}
              onClick={() => onSort((down ? "" : "-") + key)}
            >
              {down ? <IconArrowDown size={18} aria-hidden /> : <IconArrowUp size={18} aria-hidden />}
            </button>
          </div>
        </div>
        <label className="check">
          <input type="checkbox" checked={state.archived} onChange={(e) => onArchived(e.target.checked)} />
          {t("archived.show")}
        </label>
      </div>
    </Dialog>
  );
}

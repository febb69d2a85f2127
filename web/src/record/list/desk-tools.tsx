import type { EntityMeta, Filter } from "../../api/types";
import { t } from "../../lib/i18n";
import { IconFilter } from "../../lib/ui/icons";
import { Popover } from "../../lib/ui/popover";
import { ColumnsMenu } from "./columns-menu";
import { FilterBuilder } from "./filter-builder";
import { QuickFilters } from "./quick-filters";

type Props = {
  entity: EntityMeta;
  filter?: Filter;
  setFilter: (f: Filter | undefined) => void;
  columns: string[];
  onColumns: (c: string[]) => void;
  onReset: () => void;
};

/** The desk's tools above the rows: quick filters, the builder, the columns. */
export default function DeskTools({ entity, filter, setFilter, columns, onColumns, onReset }: Props) {
  return (
    <>
      <QuickFilters entity={entity} filter={filter} onChange={setFilter} />
      <Popover
        className={filter ? "btn on" : "btn"}
        popName={t("filter")}
        popClass="builder-pop"
        label={
          <>
            <IconFilter size={17} aria-hidden />
            {t("filter")}
          </>
        }
      >
        {() => <FilterBuilder entity={entity} filter={filter} onChange={setFilter} />}
      </Popover>
      <span className="grow" />
      <ColumnsMenu entity={entity} columns={columns} onChange={onColumns} onReset={onReset} />
    </>
  );
}

import type { Filter } from "../../api/types";
import { isFilter } from "../../meta/filter";
import { word } from "../../meta/list-state";

export type ReportsSearch = {
  report?: string;
  from?: string;
  to?: string;
  by?: string;
  /** A column's name, with a minus before it for the most first. */
  sort?: string;
  f?: Filter;
  /** The frozen report that is shown. */
  archive?: string;
};

/** What the address says of the report. */
export function reportsSearch(s: Record<string, unknown>): ReportsSearch {
  const day = (v: unknown) => (typeof v === "string" && /^\d{4}-\d\d-\d\d$/.test(v) ? v : undefined);
  return {
    report: word(s.report),
    from: day(s.from),
    to: day(s.to),
    by: word(s.by),
    sort: word(s.sort),
    f: isFilter(s.f) ? s.f : undefined,
    archive: word(s.archive),
  };
}

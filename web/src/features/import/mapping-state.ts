import type { Import, ImportSheet } from "../../api/types";

/** The sheets that take part; while none is chosen, the largest that can be seen. */
export const included = (imp: Import): ImportSheet[] => imp.sheets.filter((s) => s.include);

/** The required targets that no column of a sheet fills. A row that bears a record's id needs no other. */
export function unfilled(imp: Import, sheet: ImportSheet): string[] {
  if (sheet.columns.some((c) => c.field === "+id")) return [];
  const main = imp.entity ?? "customer";
  return (imp.targets ?? [])
    .filter((x) => x.required && x.entity === main && !sheet.columns.some((c) => c.field === x.field))
    .map((x) => x.label);
}

/** Whether every column surely has its place, so that one click imports; what is kept in the remark loses nothing. */
export const allSure = (imp: Import): boolean => {
  const sheets = included(imp);
  return (
    sheets.length > 0 && sheets.every((s) => unfilled(imp, s).length === 0 && s.columns.every((c) => c.certain || c.field === "+remark"))
  );
};

/** About how many rows come in; undefined when a sheet does not say. */
export const rowCount = (imp: Import): number | undefined => {
  const rows = included(imp).map((s) => s.rows);
  return rows.some((n) => n < 0) ? undefined : rows.reduce((a, b) => a + b, 0);
};

/** Targets used by more than one column of a sheet: allowed for the remark, a mistake else. */
export const doubled = (sheet: ImportSheet): Set<string> => {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { field } of sheet.columns) {
    if (!field || field === "+remark") continue;
    if (seen.has(field)) twice.add(field);
    seen.add(field);
  }
  return twice;
};

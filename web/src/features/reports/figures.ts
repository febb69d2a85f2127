import type { ReportColumn, ReportRow, ReportTable } from "../../api/reports";
import { formatMoney, formatNumber } from "../../lib/format";
import { t } from "../../lib/i18n";

export type Unit = ReportColumn["unit"];

const tenth = (n: number) => formatNumber(Math.round(n * 10) / 10);

/** Minutes as people say them: the two largest units. */
export function formatLength(minutes: number): string {
  const m = Math.round(minutes);
  if (m < 1) return t("reports.soon");
  if (m < 60) return t("reports.m", m);
  const hours = Math.floor(m / 60);
  if (hours < 48) return m % 60 ? `${t("reports.h", hours)} ${t("reports.m", m % 60)}` : t("reports.h", hours);
  const days = Math.floor(hours / 24);
  return hours % 24 ? `${t("reports.d", days)} ${t("reports.h", hours % 24)}` : t("reports.d", days);
}

/** A figure in its unit; a dash where there is nothing to be said. */
export function formatFigure(v: number | null | undefined, unit: Unit): string {
  if (v == null) return "–";
  if (unit === "share") return `${tenth(v * 100)}%`;
  if (unit === "minutes") return formatLength(v);
  if (unit === "money") return formatMoney(Math.round(v));
  return unit === "ratio" ? t("reports.times", tenth(v)) : formatNumber(v);
}

/** How a figure differs from another, in words; undefined when one of them says nothing. */
export type Change = { way: "more" | "less" | "same"; text: string };
export function changeOf(now: number | null | undefined, then: number | null | undefined, unit: Unit): Change | undefined {
  if (now == null || then == null) return undefined;
  const by = unit === "minutes" ? Math.round(now) - Math.round(then) : now - then;
  // What would be shown as nothing is none.
  if (by === 0 || (unit === "share" && Math.abs(by) < 0.0005) || (unit === "ratio" && Math.abs(by) < 0.05))
    return { way: "same", text: t("reports.same") };
  const way = by > 0 ? "more" : "less";
  if (unit === "share") return { way, text: t(`reports.points.${way}`, tenth(Math.abs(by) * 100)) };
  if (unit === "minutes") return { way, text: t(`reports.slower.${way}`, formatLength(Math.abs(by))) };
  const percent = Math.round((Math.abs(by) / Math.abs(then)) * 100);
  const part = percent < 1000 ? t("reports.part", `${by > 0 ? "+" : "−"}${percent}%`) : ""; // of next to nothing it says nothing
  return { way, text: t(`reports.by.${way}`, formatFigure(Math.abs(by), unit)) + part };
}

// What stands on top of a report, and the way that leads come.
const tops: Record<string, string[]> = {
  "lead-conversion": ["leads", "passed", "converted", "won", "conversion_rate", "to_contact"],
  "lead-stations": ["fell_due", "in_time", "overdue", "rate"],
  "lead-sources": ["leads", "customers", "amount", "conversion_rate", "cost", "return"],
};
const steps = ["leads", "reviewed", "passed", "contacted", "converted", "won"];
const columnsOf = (table: ReportTable, names: string[]) =>
  names.map((n) => table.columns.findIndex((c) => c.name === n)).filter((i) => i >= 0);

/** The columns whose total stands on top. */
export const topColumns = (table: ReportTable): number[] =>
  columnsOf(table, tops[table.report] ?? table.columns.slice(0, 4).map((c) => c.name));

/** A bar: its column or its row, how long it is (0 to 1), and its part of the bar before it. */
export type Bar = { column: number; row: ReportRow; label: string; value: number; length: number; ofBefore?: number };

/** How far leads came; none when the report does not say. */
export function funnelOf(table: ReportTable): Bar[] {
  const at = columnsOf(table, steps);
  const first = table.total.values[at[0] ?? -1];
  if (at.length < 3 || !first) return [];
  return at.map((column, i) => {
    const value = table.total.values[column] ?? 0;
    const before = i ? table.total.values[at[i - 1] as number] : undefined;
    return {
      column,
      row: table.total,
      label: table.columns[column]?.label ?? "",
      value,
      length: Math.min(value / first, 1),
      ofBefore: before ? value / before : undefined,
    };
  });
}

/** The share of each row, where a report is about one: what stations were met in time. */
export function sharesOf(table: ReportTable): Bar[] {
  const column = table.columns.findIndex((c) => c.name === "rate");
  if (column < 0) return [];
  return table.rows.flatMap((row) => {
    const value = row.values[column];
    return value == null ? [] : [{ column, row, label: row.label, value, length: value }];
  });
}

/** The rows in the order the address asks for; what says nothing comes last, and without a wish they stand as they came. */
export function sorted(table: ReportTable, sort: string | undefined): ReportRow[] {
  const name = sort?.replace(/^-/, "");
  const way = sort?.startsWith("-") ? -1 : 1;
  if (name === "key") return [...table.rows].sort((a, b) => way * a.label.localeCompare(b.label, "zh-CN"));
  const at = table.columns.findIndex((c) => c.name === name);
  if (at < 0) return table.rows;
  return [...table.rows].sort((a, b) => {
    const [x, y] = [a.values[at], b.values[at]];
    return x == null || y == null ? Number(x == null) - Number(y == null) : way * (x - y);
  });
}

/** The sort after a press on a column's head: figures begin with the most, names with the first; the third press lets go. */
export function pressed(sort: string | undefined, name: string): string | undefined {
  const [first, second] = name === "key" ? [name, `-${name}`] : [`-${name}`, name];
  return sort === first ? second : sort === second ? undefined : first;
}

/** Whether there is nothing in the period at all. */
export const isEmpty = (table: ReportTable) => table.rows.every((r) => table.columns.every((c, i) => c.name === "cost" || !r.values[i]));

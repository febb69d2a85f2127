import type { TimelinessBy } from "../../api/work";
import { addDays } from "../../lib/dates";

export type TimelinessSearch = { from?: string; to?: string; by?: TimelinessBy; kind?: string; user?: string };

/** What the address says of the report. */
export function timelinessSearch(s: Record<string, unknown>): TimelinessSearch {
  const day = (v: unknown) => (typeof v === "string" && /^\d{4}-\d\d-\d\d$/.test(v) ? v : undefined);
  const text = (v: unknown) => (typeof v === "string" && v ? v : undefined);
  const by = (["kind", "user", "department"] as const).find((b) => b === s.by);
  return { from: day(s.from), to: day(s.to), by, kind: text(s.kind), user: text(s.user) };
}

export const periods = ["week", "month", "lastMonth", "quarter", "year"] as const;
export type Period = (typeof periods)[number];

const month = (year: number, m: number) => `${year + Math.floor(m / 12)}-${String((((m % 12) + 12) % 12) + 1).padStart(2, "0")}-01`;

/** The first and the last day of a period, as seen from today; none that is not over reaches beyond it. */
export function daysOfPeriod(p: Period, today: string): { from: string; to: string } {
  const [y, m] = [Number(today.slice(0, 4)), Number(today.slice(5, 7)) - 1];
  if (p === "week") return { from: addDays(today, -6), to: today };
  if (p === "lastMonth") return { from: month(y, m - 1), to: addDays(month(y, m), -1) };
  if (p === "quarter") return { from: month(y, m - (m % 3)), to: today };
  return { from: p === "year" ? `${y}-01-01` : month(y, m), to: today };
}

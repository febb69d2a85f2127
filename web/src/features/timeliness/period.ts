import { addDays } from "../../lib/dates";

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

import { addDays, daysBetween } from "./dates";

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

/** The period a figure is compared with, as the server has it: the month before a whole month, else as many days before. */
export function daysBefore(from: string, to: string): { from: string; to: string } {
  const last = addDays(from, -1);
  const [y, m] = [Number(from.slice(0, 4)), Number(from.slice(5, 7)) - 1];
  if (from.endsWith("-01") && to === addDays(month(y, m + 1), -1)) return { from: month(y, m - 1), to: last };
  return { from: addDays(from, daysBetween(to, from) - 1), to: last };
}

/** The same day a year ago; of a 29th of February the day after the 28th. */
export function yearBefore(day: string): string {
  const d = new Date(`${day}T12:00Z`);
  d.setUTCFullYear(d.getUTCFullYear() - 1);
  return d.toISOString().slice(0, 10);
}

/** The months that are over, the latest first, as "2026-10". */
export function monthsOver(today: string, n: number): string[] {
  const [y, m] = [Number(today.slice(0, 4)), Number(today.slice(5, 7)) - 1];
  return Array.from({ length: n }, (_, i) => month(y, m - 1 - i).slice(0, 7));
}

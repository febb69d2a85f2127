import { locale } from "../../lib/i18n";

// 2024-01-01 was a Monday; the week begins with it.
const dates = Array.from({ length: 7 }, (_, i) => new Date(Date.UTC(2024, 0, 1 + i)));
const name = (d: Date, weekday: "short" | "narrow") => new Intl.DateTimeFormat(locale(), { weekday, timeZone: "UTC" }).format(d);

/** The days of the week from Monday on, by their number (0 is Sunday). */
export const weekdays = (width: "short" | "narrow" = "short") => dates.map((d) => ({ day: d.getUTCDay(), name: name(d, width) }));
export const monthName = (year: number, month: number) =>
  new Intl.DateTimeFormat(locale(), { month: "long", timeZone: "UTC" }).format(new Date(Date.UTC(year, month, 1)));
/** How many places of a month's first week stay empty. */
export const lead = (first: string) => (new Date(`${first}T12:00Z`).getUTCDay() + 6) % 7;

export type CalendarView = "day" | "week" | "month";
export type CalendarSearch = { view?: CalendarView; day?: string; scope?: "team"; user?: string };

/** What the address says of the calendar. */
export function calendarSearch(s: Record<string, unknown>): CalendarSearch {
  const view = (["day", "week", "month"] as const).find((v) => v === s.view);
  const day = typeof s.day === "string" && /^\d{4}-\d\d-\d\d$/.test(s.day) ? s.day : undefined;
  const scope = s.scope === "team" ? "team" : undefined;
  return { view, day, scope, user: scope && typeof s.user === "string" ? s.user || undefined : undefined };
}

export type WorklogSearch = { day?: string; user?: string };

/** What the address says of the work log. */
export function worklogSearch(s: Record<string, unknown>): WorklogSearch {
  const day = typeof s.day === "string" && /^\d{4}-\d\d-\d\d$/.test(s.day) ? s.day : undefined;
  return { day, user: typeof s.user === "string" && s.user ? s.user : undefined };
}

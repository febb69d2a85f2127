import type { TimelinessBy } from "../../api/work";

export type TimelinessSearch = { from?: string; to?: string; by?: TimelinessBy; kind?: string; user?: string };

/** What the address says of the report. */
export function timelinessSearch(s: Record<string, unknown>): TimelinessSearch {
  const day = (v: unknown) => (typeof v === "string" && /^\d{4}-\d\d-\d\d$/.test(v) ? v : undefined);
  const text = (v: unknown) => (typeof v === "string" && v ? v : undefined);
  const by = (["kind", "user", "department"] as const).find((b) => b === s.by);
  return { from: day(s.from), to: day(s.to), by, kind: text(s.kind), user: text(s.user) };
}

import type { TodoSearch } from "../../api/work";

/** What the address says of the to-do list. */
export function todoSearch(s: Record<string, unknown>): TodoSearch {
  const text = (v: unknown) => (typeof v === "string" && v ? v : undefined);
  const scope = s.scope === "team" ? "team" : undefined;
  return { scope, user: scope && text(s.user), kind: text(s.kind) };
}

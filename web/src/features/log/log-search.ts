import type { LogFilter } from "../../api/log";

export type LogTab = "exports" | "settings" | "sign-ins";
/** What the address of the log says; without a tab it is what was changed. */
export type LogSearch = LogFilter & { tab?: LogTab };

const word = (v: unknown) => (typeof v === "string" && v !== "" ? v : undefined);
const day = (v: unknown) => (typeof v === "string" && /^\d{4}-\d\d-\d\d$/.test(v) ? v : undefined);
const tabs: readonly string[] = ["exports", "settings", "sign-ins"];

/** Takes from an address what the log understands and drops the rest. */
export const logSearch = (s: Record<string, unknown>): LogSearch => ({
  tab: tabs.includes(s.tab as string) ? (s.tab as LogTab) : undefined,
  entity: word(s.entity),
  action: word(s.action),
  origin: word(s.origin),
  user: word(s.user),
  record: word(s.record),
  batch: word(s.batch),
  from: day(s.from),
  to: day(s.to),
});

/** What is asked of the server for a tab: each narrows the log by itself. */
export function askedOf({ tab, ...filter }: LogSearch): LogFilter {
  if (tab === "exports") return { ...filter, action: "export" };
  if (tab === "settings") return { ...filter, entity: filter.entity ?? "setting,field,role" };
  return filter;
}

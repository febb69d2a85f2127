import type { CompanyLogEntry, EntityMeta } from "../../api/types";
import { t } from "../../lib/i18n";

/** What can be done, as the log names it, each in its colour. */
export const actions = {
  create: "green",
  update: "blue",
  archive: "red",
  restore: "teal",
  delete: "red",
  assign: "violet",
  share: "cyan",
  export: "orange",
  erase: "red",
  password: "orange",
  send_code: "orange",
  verify: "green",
} as const;
type Action = keyof typeof actions;
const isAction = (a: string): a is Action => a in actions;
export const actionSaid = (a: string) => (isAction(a) ? t(`act.${a}`) : a);
export const actionColor = (a: string) => (isAction(a) ? actions[a] : "gray");

/** The doors through which changes come. */
export const origins = ["screen", "api", "import", "rule", "cli", "undo", "job", "demo", "dav", "form"] as const;
export const originSaid = (o: string) => ((origins as readonly string[]).includes(o) ? t(`origin.${o as "screen"}`) : o);

/** Where the page of an entry's record is; undefined for what has none, or is there no more. */
export function placeOf(e: CompanyLogEntry, entity: EntityMeta | undefined): { to: string; params?: Record<string, string> } | undefined {
  if (!e.record.id || e.action === "delete" || !e.record.name) return undefined;
  if (e.entity === "role") return { to: "/settings/roles/$id", params: { id: e.record.id } };
  if (e.entity === "user" || e.entity === "department") return { to: "/people" };
  return entity && !entity.internal ? { to: "/$path/$id", params: { path: entity.path, id: e.record.id } } : undefined;
}

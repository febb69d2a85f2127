import type { EntityMeta, Filter } from "../api/types";
import { all } from "./filter";

/** The entities that the server's search knows: by pinyin, initials and digits. */
const indexed = new Set(["customer", "contact"]);
const mostFields = 4;

/** What finds the records of an entity by words typed: its search where it has one, else what its texts contain. */
export function asked(entity: EntityMeta, q: string | undefined, filter?: Filter | null): { q?: string; filter?: Filter } {
  const words = q?.trim();
  if (!words || indexed.has(entity.name)) return { q: words || undefined, filter: filter ?? undefined };
  const texts = entity.fields.filter((f) => f.filter && (f.type === "text" || f.type === "longtext") && (f.ops ?? []).includes("contains"));
  const found: Filter = { or: texts.slice(0, mostFields).map((f) => ({ field: f.name, op: "contains", value: words })) };
  return { filter: all([...(filter ? [filter] : []), found]) };
}

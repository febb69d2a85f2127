import type { EntityMeta, FieldMeta, Rec } from "../api/types";
import { writable } from "../meta/meta";

export type Values = Record<string, unknown>;
const same = (a: unknown, b: unknown) => JSON.stringify(norm(a)) === JSON.stringify(norm(b));
// null, "", [] and a missing value are all "nothing", and so is false for a box that was never ticked.
const norm = (v: unknown) => (v === undefined || v === null || v === "" || v === false || (Array.isArray(v) && v.length === 0) ? null : v);

/** What a form shows at first: the record's values, or those given for a new one. */
export const initial = (rec: Rec | undefined, given: Values = {}): Values => ({ ...rec, ...given });

/** The values that differ from where the form began; only these are sent. */
export function changes(before: Values, now: Values, fields: FieldMeta[]): Values {
  return Object.fromEntries(fields.filter((f) => !same(before[f.name], now[f.name])).map((f) => [f.name, now[f.name] ?? null]));
}

/** What is sent for a new record: everything filled in, whether typed or given. */
export const filled = (now: Values, fields: FieldMeta[]): Values =>
  Object.fromEntries(fields.filter((f) => norm(now[f.name]) !== null).map((f) => [f.name, now[f.name]]));

// What is asked of a new record first, where most of the fields can wait: a lead is registered within a minute.
const first: Record<string, string[]> = {
  lead: ["company", "contact_name", "phone", "source", "source_detail", "budget", "need"],
};

/** The fields a form asks for, group by group; groups nobody can write to fall out. A new record has lost nothing yet. */
export function formGroups(entity: EntityMeta, creating: boolean): { name: string; label: string; fields: FieldMeta[] }[] {
  const asked = entity.fields.filter((f) => writable(f) && !(creating && f.name === "loss_reason"));
  const at = (creating && first[entity.name]) || [];
  const top = at.flatMap((name) => asked.find((f) => f.name === name) ?? []);
  const rest = asked.filter((f) => !top.includes(f));
  const known = new Set(entity.groups?.map((g) => g.name));
  const groups = entity.groups?.length ? entity.groups : [{ name: "", label: entity.label }];
  const home = groups[0]?.name;
  return [
    { name: "first", label: entity.label, fields: top },
    ...groups.map((g) => ({ ...g, fields: rest.filter((f) => f.group === g.name || (g.name === home && !known.has(f.group))) })),
  ].filter((g) => g.fields.length > 0);
}

/** Required fields that are still empty, as errors in the page's language. */
export const missing = (now: Values, fields: FieldMeta[], said: string): Record<string, string> =>
  Object.fromEntries(fields.filter((f) => f.required && f.type !== "bool" && norm(now[f.name]) === null).map((f) => [f.name, said]));

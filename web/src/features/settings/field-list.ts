import type { EntityMeta, FieldMeta, FieldType, Meta, Settings } from "../../api/types";

/** The types that a field of a company's own can have, in the order offered. */
export const newTypes = [
  "text",
  "longtext",
  "int",
  "money",
  "date",
  "datetime",
  "bool",
  "choice",
  "choices",
  "phone",
  "email",
  "url",
  "region",
  "industry",
  "ref",
] as const satisfies readonly FieldType[];

export const hasChoices = (type: FieldType) => type === "choice" || type === "choices";

/** The entities whose fields a company arranges: those that people work with. */
export const arranged = (meta: Meta): EntityMeta[] => meta.entities.filter((e) => e.worked);

/** Where the choices of a field are kept: its own, or those of another that it offers, too. */
export function keptAt(meta: Meta, e: EntityMeta, f: FieldMeta): { entity: EntityMeta; field: FieldMeta } {
  const [of, name] = f.shares?.split(".") ?? [];
  const entity = meta.entities.find((x) => x.name === of);
  const field = entity?.fields.find((x) => x.name === name);
  return entity && field ? { entity, field } : { entity: e, field: f };
}

/** What else offers the choices that a field keeps: 线索 · 来源. */
export const sharing = (meta: Meta, e: EntityMeta, f: FieldMeta): string[] =>
  arranged(meta).flatMap((x) => x.fields.filter((y) => y.shares === `${e.name}.${f.name}`).map((y) => `${x.label} · ${y.label}`));

/** Whether a company may say that a field must be filled in: one that people enter, and that is not the record's name. */
export const mayRequire = (e: EntityMeta, f: FieldMeta) => !f.read_only && f.name !== e.title && f.type !== "bool";

/** The fields of an entity that the company does without. */
export const unusedOf = (e: EntityMeta, hidden: Settings["hidden_fields"]): FieldMeta[] =>
  (hidden ?? []).filter((f) => f.entity === e.name) as FieldMeta[];

/** The company's own fields in the order they have once one of them has changed places with the next one of its group. */
export function moved(e: EntityMeta, field: FieldMeta, by: 1 | -1): string[] | undefined {
  const own = e.fields.filter((f) => f.custom);
  const group = own.filter((f) => f.group === field.group);
  const other = group[group.indexOf(field) + by];
  return other && own.map((f) => (f === field ? other : f === other ? field : f).name);
}

/** Fields by their groups, in order; what stands in no group comes last, what the program keeps by itself not at all. */
export function grouped(e: EntityMeta): { name: string; label: string; fields: FieldMeta[] }[] {
  const own = e.fields.filter((f) => !kept.has(f.name));
  const known = new Set(e.groups.map((g) => g.name));
  const groups = e.groups.map((g) => ({ ...g, fields: own.filter((f) => f.group === g.name) }));
  const rest = own.filter((f) => !known.has(f.group));
  return [...groups, ...(rest.length ? [{ name: "", label: e.groups.length ? "" : e.label, fields: rest }] : [])].filter(
    (g) => g.fields.length,
  );
}
const kept = new Set(["created_at", "created_by", "updated_at", "updated_by"]);

import type { Condition, FieldType, Filter } from "../api/types";

/** What a field can be asked, by its type, in the order shown. */
const text = ["contains", "not_contains", "is", "starts", "empty", "not_empty"];
const oneOf = ["in", "not_in", "empty", "not_empty"];
const number = ["is", "gte", "lte", "between", "empty", "not_empty"];
const time = [
  "today",
  "this_week",
  "this_month",
  "last_days",
  "next_days",
  "overdue",
  "due",
  "gte",
  "lte",
  "between",
  "empty",
  "not_empty",
];
export const operators: Record<FieldType, string[]> = {
  text,
  longtext: ["contains", "not_contains", "empty", "not_empty"],
  phone: text,
  email: text,
  url: text,
  int: number,
  money: number,
  date: time,
  datetime: time,
  bool: ["is"],
  choice: oneOf,
  choices: oneOf,
  tags: oneOf,
  ref: oneOf,
  refs: oneOf,
  phones: text,
  birthday: text,
  credit_code: text,
  json: ["empty", "not_empty"],
  country: oneOf,
  region: oneOf,
  industry: oneOf,
};

const valueless = new Set(["empty", "not_empty", "today", "this_week", "this_month", "overdue", "due"]);
export const needsValue = (op: string) => !valueless.has(op);
/** What kind of value an operator takes beside the field's own: a list, a pair, a number of days. */
export const shapeOf = (op: string): "none" | "one" | "many" | "pair" | "days" =>
  !needsValue(op) ? "none" : op === "in" || op === "not_in" ? "many" : op === "between" ? "pair" : op.endsWith("_days") ? "days" : "one";

export const isCondition = (f: Filter): f is Condition => "field" in f;
const filled = (v: unknown) => v !== undefined && v !== null && v !== "";

/** Whether a condition says something: an unfinished one is kept on the screen and not sent. */
export function complete(c: Condition): boolean {
  switch (shapeOf(c.op)) {
    case "none":
      return true;
    case "many":
      return Array.isArray(c.value) && c.value.length > 0;
    case "pair":
      return Array.isArray(c.value) && filled(c.value[0]) && filled(c.value[1]);
    default:
      return filled(c.value);
  }
}

/** The filter without what is unfinished or empty; undefined when nothing is left. */
export function tidy(f: Filter | null | undefined): Filter | undefined {
  if (!f) return undefined;
  if (isCondition(f)) return complete(f) ? { field: f.field, op: f.op, ...(needsValue(f.op) ? { value: f.value } : {}) } : undefined;
  if ("not" in f) {
    const inner = tidy(f.not);
    return inner && { not: inner };
  }
  const parts = ("and" in f ? f.and : f.or).map(tidy).filter((x): x is Filter => !!x);
  if (parts.length < 2) return parts[0];
  return "and" in f ? { and: parts } : { or: parts };
}

/** The conditions that must all hold. */
export function parts(f: Filter | null | undefined): Filter[] {
  if (!f) return [];
  return "and" in f ? f.and : [f];
}
export const all = (list: Filter[]): Filter | undefined => tidy({ and: list });

/** The top-level condition on a field, as a quick filter shows it. */
export const partOn = (f: Filter | null | undefined, field: string): Condition | undefined =>
  parts(f).find((x): x is Condition => isCondition(x) && x.field === field);

/** The filter with its top-level condition on the field replaced, or taken away by undefined. */
export function withPart(f: Filter | null | undefined, field: string, c: Condition | undefined): Filter | undefined {
  const list = parts(f);
  const i = list.findIndex((x) => isCondition(x) && x.field === field);
  const next = i < 0 ? [...list, ...(c ? [c] : [])] : c ? list.with(i, c) : list.toSpliced(i, 1);
  return all(next);
}

/** Two filters that say the same, whatever the spelling of one-armed groups. */
export const sameFilter = (a: Filter | null | undefined, b: Filter | null | undefined) =>
  JSON.stringify(tidy(a) ?? null) === JSON.stringify(tidy(b) ?? null);

/** Whether x, come from an address, has the shape of a filter. */
export function isFilter(x: unknown, depth = 0): x is Filter {
  if (typeof x !== "object" || x === null || depth > 8) return false;
  if ("and" in x || "or" in x) {
    const list = "and" in x ? x.and : (x as { or: unknown }).or;
    return Array.isArray(list) && list.every((y) => isFilter(y, depth + 1));
  }
  if ("not" in x) return isFilter(x.not, depth + 1);
  return "field" in x && typeof x.field === "string" && "op" in x && typeof x.op === "string";
}

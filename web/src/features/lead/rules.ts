import type { Criterion } from "../../api/leads";
import type { FieldMeta } from "../../api/types";

/** What a lead can be scored by. */
export const kinds: Criterion["kind"][] = ["industry", "region", "source", "lead_type", "urgency", "budget", "decision"];

const begins: Partial<Record<Criterion["kind"], Partial<Criterion>>> = { urgency: { days: 90 }, budget: { amount: 50_000_00 } };
/** A criterion to begin with. */
export const withKind = (kind: Criterion["kind"]): Criterion => ({ kind, weight: 10, ...begins[kind] });

/** Which part of all points a criterion gives, in per cent. */
export function share(all: Criterion[], c: Criterion): number {
  const sum = all.reduce((n, x) => n + (x.weight || 0), 0);
  return sum > 0 ? Math.round((100 * (c.weight || 0)) / sum) : 0;
}

/** A lead's field of money, as the amount that a rule names. */
export const moneyField = (f: FieldMeta, label: string): FieldMeta => ({ ...f, label, required: false, help: undefined });

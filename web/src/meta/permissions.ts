import { queryOptions } from "@tanstack/react-query";
import { roleCatalogue } from "../api/access";
import type { FieldAccess, FieldRules, Grant, ListedGrant, Permissions, RoleCatalogue } from "../api/types";

/** What roles can grant. */
export const catalogueQuery = queryOptions({ queryKey: ["catalogue"], queryFn: roleCatalogue, staleTime: 30_000 });

export const isListed = (g: Grant | undefined): g is ListedGrant => typeof g === "object";
/** The scope of a grant; "" for none, "all" for one without a reach. */
export const scopeOf = (g: Grant | undefined): string => (isListed(g) ? "listed" : g === true ? "all" : g || "");

const words = (g: ListedGrant) => `${[...g.departments].sort().join()}${g.below ? "+" : ""}`;
/** Whether two grants say the same. */
export const sameGrant = (a: Grant | undefined, b: Grant | undefined) =>
  scopeOf(a) === scopeOf(b) && (!isListed(a) || !isListed(b) || words(a) === words(b));

// What each scope lies within, whatever the department of its user. One's own records are in one's department.
const wider: Record<string, string[]> = {
  self: ["subordinates", "department", "department_tree"],
  department: ["department_tree"],
};

/** Whether everything that a grant reaches is reached by another, for every user. */
export function covers(next: Grant | undefined, old: Grant | undefined): boolean {
  if (!scopeOf(old) || scopeOf(next) === "all" || sameGrant(old, next)) return true;
  if (isListed(old) && isListed(next)) return old.departments.every((d) => next.departments.includes(d)) && (!old.below || !!next.below);
  return wider[scopeOf(old)]?.includes(scopeOf(next)) ?? false;
}

export type Difference<T> = { of: string; what: string; old: T; next: T; loses: boolean };

/** What two sets of permissions differ in, in the order of the catalogue. */
export function permissionDifferences(catalogue: RoleCatalogue, old: Permissions, next: Permissions): Difference<Grant | undefined>[] {
  return catalogue.modules.flatMap((m) =>
    m.actions.flatMap(({ action }) => {
      const [a, b] = [old[m.module]?.[action], next[m.module]?.[action]];
      return sameGrant(a, b) ? [] : [{ of: m.module, what: action, old: a, next: b, loses: !covers(b, a) }];
    }),
  );
}

/** From the least to the most that a rule lets a role do with a field; a field without a rule can be edited. */
export const fieldAccesses: FieldAccess[] = ["hidden", "masked", "see", "edit"];

/** What two sets of field rules differ in. */
export function ruleDifferences(old: FieldRules, next: FieldRules): Difference<FieldAccess>[] {
  const entities = [...new Set([...Object.keys(old), ...Object.keys(next)])];
  return entities.flatMap((of) =>
    [...new Set([...Object.keys(old[of] ?? {}), ...Object.keys(next[of] ?? {})])].flatMap((what) => {
      const [a, b] = [old[of]?.[what] ?? "edit", next[of]?.[what] ?? "edit"];
      return a === b ? [] : [{ of, what, old: a, next: b, loses: fieldAccesses.indexOf(b) < fieldAccesses.indexOf(a) }];
    }),
  );
}

/** The permissions with one of them changed; a grant of nothing is left out. */
export function withGrant(p: Permissions, module: string, action: string, g: Grant | undefined): Permissions {
  const { [action]: _, ...rest } = p[module] ?? {};
  return { ...p, [module]: scopeOf(g) ? { ...rest, [action]: g as Grant } : rest };
}

/** The rules with one of them changed; "edit" is what holds without a rule. */
export function withRule(r: FieldRules, entity: string, field: string, access: FieldAccess): FieldRules {
  const { [field]: _, ...rest } = r[entity] ?? {};
  const own = access === "edit" ? rest : { ...rest, [field]: access };
  const { [entity]: __, ...others } = r;
  return Object.keys(own).length ? { ...others, [entity]: own } : others;
}

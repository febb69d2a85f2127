import { expect, it } from "vitest";
import type { Grant, RoleCatalogue } from "../api/types";
import { covers, permissionDifferences, ruleDifferences, sameGrant, withGrant, withRule } from "./permissions";

const listed = (departments: string[], below?: boolean): Grant => ({ scope: "listed", departments, below });

it.each<[Grant | undefined, Grant | undefined, boolean]>([
  ["all", true, true],
  [undefined, false, true],
  ["self", "self", true],
  ["self", "all", false],
  [listed(["1", "2"]), listed(["2", "1"]), true],
  [listed(["1"]), listed(["1"], true), false],
])("%j and %j are the same: %s", (a, b, same) => expect(sameGrant(a, b)).toBe(same));

it.each<[Grant | undefined, Grant | undefined, boolean]>([
  ["all", "self", true],
  ["self", "all", false],
  ["department_tree", "self", true],
  ["department", "subordinates", false],
  [undefined, "self", false],
  ["self", undefined, true],
  [listed(["1", "2"]), listed(["1"]), true],
  [listed(["1"]), listed(["1"], true), false],
  [listed(["1"]), "self", false],
])("%j covers %j: %s", (next, old, yes) => expect(covers(next, old)).toBe(yes));

it("tells what changes, and what is lost by it", () => {
  const actions = ["view", "export"].map((action) => ({ action, label: action, reach: action === "view" }));
  const catalogue = { modules: [{ module: "customer", label: "", actions }] } as unknown as RoleCatalogue;
  const old = { customer: { view: "all" as Grant, create: true } };
  const next = withGrant(withGrant(old, "customer", "view", "self"), "customer", "export", true);
  expect(permissionDifferences(catalogue, old, next)).toEqual([
    { of: "customer", what: "view", old: "all", next: "self", loses: true },
    { of: "customer", what: "export", old: undefined, next: true, loses: false },
  ]);
  expect(withGrant(next, "customer", "export", undefined).customer).toEqual({ create: true, view: "self" });
});

it("keeps rules alone that say something", () => {
  const rules = withRule({}, "contact", "mobile", "masked");
  expect(rules).toEqual({ contact: { mobile: "masked" } });
  expect(withRule(rules, "contact", "mobile", "edit")).toEqual({});
  expect(ruleDifferences({}, rules)).toEqual([{ of: "contact", what: "mobile", old: "edit", next: "masked", loses: true }]);
});

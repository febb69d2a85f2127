import { expect, it } from "vitest";
import type { Rec } from "../../api/types";
import { gaps, organisation, type Person } from "./org-tree";

const person = (id: string, boss = "", role = "") => ({ id, version: 1, name: id, reports_to: boss, decision_role: role }) as Rec;
const said = (p: Person[]): string => p.map((x) => x.rec.id + (x.below.length ? `(${said(x.below)})` : "")).join(" ");

it("draws who reports to whom", () =>
  expect(said(organisation([person("a"), person("b", "a"), person("c", "b"), person("d", "a"), person("e", "gone")]))).toBe("a(b(c) d) e"));
it("cuts circles open and loses nobody", () => {
  const all = ["a", "b", "c"];
  const drawn = said(organisation([person("a", "c"), person("b", "a"), person("c", "b")]));
  for (const x of all) expect(drawn).toContain(x);
  expect(said(organisation([person("a", "a")]))).toBe("a");
});
it("names the roles nobody holds", () => expect(gaps([person("a", "", "buyer")], ["decider", "buyer"])).toEqual(["decider"]));

import { describe, expect, it } from "vitest";
import type { EntityMeta, FieldMeta } from "../api/types";
import { changes, filled, formGroups, missing } from "./draft";

const field = (name: string, o: Partial<FieldMeta> = {}) =>
  ({ name, label: name, type: "text", access: "edit", read_only: false, required: false, group: "basic", ...o }) as FieldMeta;
const fields = [field("name", { required: true }), field("stage"), field("tags", { type: "tags" }), field("vip", { type: "bool" })];

describe("a form's values", () => {
  it("sends only what changed, and nothing for the many kinds of nothing", () => {
    expect(changes({ name: "A", stage: "", tags: null }, { name: "A", stage: null, tags: [], vip: false }, fields)).toEqual({});
    expect(changes({ name: "A", stage: "won" }, { name: "B", stage: "", vip: true }, fields)).toEqual({ name: "B", stage: "", vip: true });
    expect(changes({ tags: ["a"] }, { tags: ["a", "b"], name: undefined }, fields)).toEqual({ tags: ["a", "b"] });
  });
  it("sends what is filled in of a new record", () =>
    expect(filled({ name: "A", stage: "", tags: [], vip: false }, fields)).toEqual({ name: "A" }));
  it("names what is missing", () => expect(missing({ stage: "x" }, fields, "!")).toEqual({ name: "!" }));
  it("asks group by group, and only for what may be written", () => {
    const entity = {
      label: "客户",
      groups: [
        { name: "basic", label: "基本" },
        { name: "more", label: "更多" },
        { name: "system", label: "系统" },
      ],
      fields: [
        ...fields,
        field("custom1", { group: "unknown" }),
        field("note", { group: "more" }),
        field("created_at", { group: "system", read_only: true }),
        field("secret", { access: "see" }),
        field("loss_reason"),
      ],
    } as unknown as EntityMeta;
    const groups = formGroups(entity, true);
    expect(groups.map((g) => [g.name, g.fields.map((f) => f.name)])).toEqual([
      ["basic", ["name", "stage", "tags", "vip", "custom1"]],
      ["more", ["note"]],
    ]);
    const lead = {
      name: "lead",
      label: "线索",
      groups: entity.groups,
      fields: [field("need"), field("title"), field("company")],
    } as EntityMeta;
    expect(formGroups(lead, true).map((g) => g.fields.map((f) => f.name))).toEqual([["company", "need"], ["title"]]);
    expect(formGroups(lead, false).map((g) => g.name)).toEqual(["basic"]);
    expect(formGroups(entity, false)[0]?.fields.some((f) => f.name === "loss_reason")).toBe(true);
  });
});

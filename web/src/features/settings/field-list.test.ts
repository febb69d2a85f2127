import { expect, it } from "vitest";
import type { EntityMeta, FieldMeta, Meta } from "../../api/types";
import { keptAt, moved, sharing, unusedOf } from "./field-list";

const field = (name: string, group: string, custom = true) => ({ name, group, custom }) as FieldMeta;
const fields = [field("name", "a", false), field("x_1", "a"), field("x_2", "b"), field("x_3", "a"), field("x_4", "a")];
const entity = { name: "customer", fields } as EntityMeta;

it("moves a field of the company's among those of its group", () => {
  expect(moved(entity, fields[1] as FieldMeta, 1)).toEqual(["x_3", "x_2", "x_1", "x_4"]);
  expect(moved(entity, fields[4] as FieldMeta, -1)).toEqual(["x_1", "x_2", "x_4", "x_3"]);
  expect(moved(entity, fields[1] as FieldMeta, -1)).toBeUndefined();
  expect(moved(entity, fields[2] as FieldMeta, 1)).toBeUndefined();
});

it("tells what the company does without by entity", () => {
  const hidden = [
    { ...field("fax", "a", false), entity: "customer" },
    { ...field("qq", "a", false), entity: "contact" },
  ];
  expect(unusedOf(entity, hidden as never).map((f) => f.name)).toEqual(["fax"]);
  expect(unusedOf(entity, undefined)).toEqual([]);
});

it("finds where shared choices are kept, and who shares them", () => {
  const source = field("source", "a", false);
  const from = { ...field("source", "a", false), label: "来源", shares: "customer.source" };
  const customer = { name: "customer", label: "客户", worked: true, fields: [source] } as EntityMeta;
  const lead = { name: "lead", label: "线索", worked: true, fields: [from] } as unknown as EntityMeta;
  const meta = { entities: [customer, lead] } as Meta;
  expect(keptAt(meta, lead, from)).toEqual({ entity: customer, field: source });
  expect(keptAt(meta, customer, source)).toEqual({ entity: customer, field: source });
  expect(sharing(meta, customer, source)).toEqual(["线索 · 来源"]);
  expect(sharing(meta, lead, from)).toEqual([]);
});

import { expect, it } from "vitest";
import type { Import, ImportColumn, ImportSheet } from "../../api/types";
import { allSure, doubled, rowCount, unfilled } from "./mapping-state";

const column = (index: number, field: string, certain = true): ImportColumn => ({
  index,
  header: `h${index}`,
  samples: [],
  field,
  certain,
});
const sheet = (columns: ImportColumn[], o: Partial<ImportSheet> = {}): ImportSheet => ({
  index: 0,
  name: "s",
  rows: 10,
  hidden: false,
  include: true,
  header_row: 1,
  header_rows: 1,
  first_row: 2,
  note: "",
  columns,
  ...o,
});
const imp = (...sheets: ImportSheet[]) =>
  ({
    sheets,
    options: { duplicates: "" },
    targets: [
      { field: "customer.name", label: "客户名称", entity: "customer", required: true },
      { field: "contact.name", label: "姓名", entity: "contact", required: true },
    ],
  }) as unknown as Import;

it("wants the required targets of the main entity, unless rows bear ids", () => {
  expect(unfilled(imp(), sheet([column(0, "contact.name")]))).toEqual(["客户名称"]);
  expect(unfilled(imp(), sheet([column(0, "customer.name")]))).toEqual([]);
  expect(unfilled(imp(), sheet([column(0, "+id")]))).toEqual([]);
});
it("is sure when every column has a place", () => {
  expect(allSure(imp(sheet([column(0, "customer.name"), column(1, "customer.tel", false)])))).toBe(false);
  expect(allSure(imp(sheet([column(0, "customer.name"), column(1, "+remark", false)])))).toBe(true);
  expect(allSure(imp(sheet([column(0, "customer.name"), column(1, "", false)])))).toBe(false);
  expect(allSure(imp(sheet([column(0, "customer.name"), column(1, "", true)])))).toBe(true); // left out on purpose
  expect(allSure(imp(sheet([column(0, "customer.name")], { include: false })))).toBe(false);
});
it("counts rows of the sheets that take part", () => {
  expect(rowCount(imp(sheet([]), sheet([], { rows: 5 }), sheet([], { rows: 7, include: false })))).toBe(15);
  expect(rowCount(imp(sheet([], { rows: -1 })))).toBeUndefined();
});
it("sees a target used twice, but lets the remark take several", () => {
  expect([
    ...doubled(sheet([column(0, "a"), column(1, "a"), column(2, "+remark"), column(3, "+remark"), column(4, ""), column(5, "")])),
  ]).toEqual(["a"]);
});

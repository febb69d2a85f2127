import { expect, it } from "vitest";
import { below, tree } from "./department-tree";

const list = [
  { id: "1", name: "销售中心", parent_id: "" },
  { id: "2", name: "华东", parent_id: "1" },
  { id: "3", name: "上海", parent_id: "2" },
  { id: "4", name: "客服", parent_id: "x" },
];
it("stands departments under each other", () =>
  expect(tree(list).map((n) => [n.id, n.below.map((b) => [b.id, b.below.length])])).toEqual([
    ["1", [["2", 1]]],
    ["4", []],
  ]));
it("names a department and all below it", () => expect(below(list, "1")).toEqual(["1", "2", "3"]));

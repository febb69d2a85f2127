import { expect, it } from "vitest";
import type { Filter } from "../../api/types";
import { fromDraft, toDraft } from "./filter-builder";

it.each<[Filter]>([
  [{ field: "stage", op: "in", value: ["won"] }],
  [
    {
      and: [
        { field: "a", op: "is", value: 1 },
        {
          or: [
            { field: "b", op: "empty" },
            { field: "c", op: "gt", value: 2 },
          ],
        },
      ],
    },
  ],
  [
    {
      not: {
        and: [
          { field: "a", op: "is", value: 1 },
          { field: "b", op: "empty" },
        ],
      },
    },
  ],
  [{ and: [{ field: "a", op: "today" }, { not: { field: "b", op: "empty" } }] }],
])("builds and gives back %j", (f) => expect(fromDraft(toDraft(f))).toEqual(f));

it("leaves out what is unfinished", () => {
  const d = toDraft(undefined);
  expect(fromDraft(d)).toBeUndefined();
  d.parts.push({ key: "1", field: "", op: "" });
  expect(fromDraft({ ...d, parts: [...d.parts, { key: "2", field: "a", op: "is", value: "x" }] })).toEqual({
    field: "a",
    op: "is",
    value: "x",
  });
});

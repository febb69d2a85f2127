import { expect, it } from "vitest";
import type { EntityMeta, FieldMeta } from "../api/types";
import { asked } from "./search";

const field = (name: string, type: string) => ({ name, type, filter: true, ops: ["contains"] }) as unknown as FieldMeta;
const entity = (name: string, ...fields: FieldMeta[]) => ({ name, fields }) as unknown as EntityMeta;
const stage = { field: "stage", op: "in", value: ["won"] };

it("leaves words to the server's search where there is one", () =>
  expect(asked(entity("customer", field("name", "text")), " hwjs ", stage)).toEqual({ q: "hwjs", filter: stage }));

it("asks what texts contain elsewhere, beside the filter", () => {
  const followup = entity("followup", field("content", "longtext"), field("way", "choice"), field("feedback", "longtext"));
  const found = {
    or: [
      { field: "content", op: "contains", value: "样机" },
      { field: "feedback", op: "contains", value: "样机" },
    ],
  };
  expect(asked(followup, "样机")).toEqual({ filter: found });
  expect(asked(followup, "样机", stage)).toEqual({ filter: { and: [stage, found] } });
  expect(asked(followup, "")).toEqual({});
});

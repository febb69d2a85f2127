import { describe, expect, it } from "vitest";
import type { Filter } from "../api/types";
import { all, complete, isFilter, partOn, parts, sameFilter, tidy, withPart } from "./filter";

const mine: Filter = { field: "owner_id", op: "in", value: ["me"] };
const hot: Filter = { field: "tags", op: "in", value: ["hot"] };

describe("filter", () => {
  it.each([
    [{ field: "name", op: "contains" }, false],
    [{ field: "name", op: "contains", value: "" }, false],
    [{ field: "name", op: "contains", value: "华" }, true],
    [{ field: "name", op: "empty" }, true],
    [{ field: "stage", op: "in", value: [] }, false],
    [{ field: "stage", op: "in", value: ["won"] }, true],
    [{ field: "amount", op: "between", value: [1] }, false],
    [{ field: "amount", op: "between", value: [0, 5] }, true],
    [{ field: "at", op: "last_days", value: 0 }, true],
    [{ field: "at", op: "overdue" }, true],
  ])("knows whether %j is complete", (c, want) => expect(complete(c)).toBe(want));

  it("drops what is unfinished and groups of one", () => {
    expect(tidy({ and: [mine, { field: "x", op: "is" }] })).toEqual(mine);
    expect(tidy({ and: [{ or: [] }, { or: [mine, hot] }] })).toEqual({ or: [mine, hot] });
    expect(tidy({ not: { and: [] } })).toBeUndefined();
    expect(tidy({ field: "a", op: "empty", value: "left over" })).toEqual({ field: "a", op: "empty" });
  });

  it("sets, replaces and takes away a quick filter", () => {
    const one = withPart(undefined, "owner_id", mine as never);
    expect(one).toEqual(mine);
    const two = withPart(one, "tags", hot as never);
    expect(two).toEqual({ and: [mine, hot] });
    expect(partOn(two, "tags")).toEqual(hot);
    expect(withPart(two, "owner_id", undefined)).toEqual(hot);
    expect(withPart({ or: [mine, hot] }, "owner_id", mine as never)).toEqual({ and: [{ or: [mine, hot] }, mine] });
  });

  it("tells the same filter in another spelling", () => {
    expect(sameFilter({ and: [mine] }, mine)).toBe(true);
    expect(sameFilter(undefined, { and: [] })).toBe(true);
    expect(sameFilter(mine, hot)).toBe(false);
    expect(parts(all([mine, hot]))).toHaveLength(2);
  });

  it("takes only filters from an address", () => {
    expect(isFilter({ and: [mine, { not: hot }] })).toBe(true);
    for (const bad of [null, 1, "x", {}, { and: "x" }, { and: [1] }, { field: 1, op: "is" }]) expect(isFilter(bad)).toBe(false);
    let deep: unknown = mine;
    for (let i = 0; i < 20; i++) deep = { not: deep };
    expect(isFilter(deep)).toBe(false);
  });
});

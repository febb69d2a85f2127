import { describe, expect, it } from "vitest";
import { arrangementOf, cards, moved } from "./arrangement";

describe("the arrangement of the workbench", () => {
  it("is the product's own until somebody chose", () => {
    expect(arrangementOf(undefined)).toEqual({ order: [...cards], off: [] });
    expect(arrangementOf({ order: "x", off: [1, "gone"] })).toEqual({ order: [...cards], off: [] });
  });
  it("keeps what was chosen, and shows what is new", () => {
    const a = arrangementOf({ order: ["stages", "todo", "stages"], off: ["birthdays"] });
    expect(a.order.slice(0, 2)).toEqual(["stages", "todo"]);
    expect([...a.order].sort()).toEqual([...cards].sort());
    expect(a.off).toEqual(["birthdays"]);
  });
  it("moves a card by places, and not beyond the ends", () => {
    expect(moved(["todo", "team", "stages"], "stages", -1)).toEqual(["todo", "stages", "team"]);
    expect(moved(["todo", "team", "stages"], "todo", -1)).toEqual(["todo", "team", "stages"]);
    expect(moved(["todo", "team", "stages"], "todo", 9)).toEqual(["team", "stages", "todo"]);
  });
});

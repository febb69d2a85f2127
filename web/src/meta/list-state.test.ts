import { describe, expect, it } from "vitest";
import type { EntityMeta, FieldMeta, View } from "../api/types";
import { changed, listSearch, listState, nextSort, sortOf, toViewSearch, viewOf } from "./list-state";

const field = (name: string) => ({ name, label: name, type: "text", filter: true, sort: true }) as FieldMeta;
const view = (v: Partial<View>): View => ({ name: "", entity: "customer", scope: "builtin", position: 0, search: {}, ...v });
const entity = {
  name: "customer",
  title: "name",
  fields: ["name", "stage", "owner_id", "tags"].map(field),
  columns: ["name", "stage", "owner_id"],
  sort: "-created_at",
  views: [
    view({ name: "all" }),
    view({ name: "mine", search: { filter: { field: "owner_id", op: "in", value: ["me"] }, sort: "name" } }),
    view({ id: "v1", name: "own", scope: "private", search: { columns: ["tags", "gone"] } }),
  ],
} as unknown as EntityMeta;

describe("the state of a list", () => {
  it("takes from an address what it understands", () => {
    expect(listSearch({ view: "mine", q: "", f: "x", sort: 3, open: "id", archived: "yes", other: 1 })).toEqual({
      view: "mine",
      q: undefined,
      f: undefined,
      sort: "3",
      cols: undefined,
      archived: undefined,
      open: "id",
    });
    expect(listSearch({ f: "none" }).f).toBe("none");
  });

  it("shows the view, changed by the address", () => {
    const s = listState(entity, { view: "mine" });
    expect(s).toMatchObject({ sort: "name", filter: { field: "owner_id" }, columns: ["name", "stage", "owner_id"] });
    expect(changed(entity, s)).toBe(false);
    expect(listState(entity, { view: "mine", f: "none" }).filter).toBeUndefined();
    expect(changed(entity, listState(entity, { view: "mine", sort: "-name" }))).toBe(true);
    expect(listState(entity, {}).view?.name).toBe("all");
    expect(viewOf(entity, { view: "unknown" })).toBeUndefined();
  });

  it("keeps the name first and drops columns that are gone", () => {
    expect(listState(entity, { view: "v1" }).columns).toEqual(["name", "tags"]);
    expect(listState(entity, { cols: "owner_id,name,x" }).columns).toEqual(["name", "owner_id"]);
    expect(listState(entity, {}, ["tags"]).columns).toEqual(["name", "tags"]);
  });

  it("is what a view saves", () =>
    expect(toViewSearch(listState(entity, { q: "华" }))).toEqual({
      filter: null,
      q: "华",
      sort: "-created_at",
      columns: ["name", "stage", "owner_id"],
    }));

  it("sorts by clicks: up, down, as it was; with Shift by several", () => {
    expect(nextSort("-created_at", "name", false, "-created_at")).toBe("name");
    expect(nextSort("name", "name", false, "-created_at")).toBe("-name");
    expect(nextSort("-name", "name", false, "-created_at")).toBe("-created_at");
    expect(nextSort("name", "stage", true, "x")).toBe("name,stage");
    expect(nextSort("name,stage", "stage", true, "x")).toBe("name,-stage");
    expect([sortOf("a,-b", "a"), sortOf("a,-b", "b"), sortOf("a", "c")]).toEqual(["asc", "desc", undefined]);
  });
});

import { beforeAll, describe, expect, it } from "vitest";
import type { CalendarItem } from "../../api/work";
import { setZone } from "../../lib/dates";
import { calendarSearch } from "./calendar-search";
import { addMonths, byDay, daysOf, mondayOf, place, step } from "./layout";

beforeAll(() => setZone("Asia/Shanghai"));
const item = (id: string, start: string, minutes = 30, all_day = false) =>
  ({ id, start, end: all_day ? null : new Date(Date.parse(start) + minutes * 60_000).toISOString(), all_day }) as CalendarItem;

describe("the calendar's days", () => {
  it("weeks begin on Mondays", () => {
    expect(mondayOf("2026-11-22")).toBe("2026-11-16");
    expect(mondayOf("2026-11-23")).toBe("2026-11-23");
    expect(daysOf("week", "2026-11-22")).toHaveLength(7);
  });
  it("a month shows whole weeks", () => {
    const days = daysOf("month", "2026-11-22");
    expect([days[0], days.at(-1), days.length]).toEqual(["2026-10-26", "2026-12-06", 42]);
    expect(daysOf("month", "2027-02-10").length).toBe(28);
  });
  it("the arrows go by what is shown, over the year's end too", () => {
    expect(step("day", "2026-12-31", 1)).toBe("2027-01-01");
    expect(step("week", "2026-12-31", -1)).toBe("2026-12-24");
    expect(addMonths("2026-12-31", 1)).toBe("2027-01-01");
    expect(addMonths("2026-01-31", -1)).toBe("2025-12-01");
  });
  it("an address says no more than it may", () => {
    expect(calendarSearch({ view: "year", day: "today", user: "x" })).toEqual({});
    expect(calendarSearch({ view: "month", day: "2026-11-01", scope: "team", user: "x" })).toEqual({
      view: "month",
      day: "2026-11-01",
      scope: "team",
      user: "x",
    });
  });
});

describe("the things of a day", () => {
  it("stand on the company's day, whole days first", () => {
    const list = byDay([item("a", "2026-11-21T17:00:00Z"), item("b", "2026-11-22", 0, true)]).get("2026-11-22");
    expect(list?.map((x) => x.id)).toEqual(["b", "a"]);
  });
  it("at the same time stand side by side, and only then", () => {
    const { placed, more } = place(
      [
        item("a", "2026-11-22T01:00:00Z", 60),
        item("b", "2026-11-22T01:30:00Z", 60),
        item("c", "2026-11-22T02:00:00Z", 60),
        item("d", "2026-11-22T06:00:00Z"),
      ],
      2,
    );
    expect(more).toEqual([]);
    expect(placed.map((p) => [p.item.id, p.top, p.height, p.lane, p.lanes])).toEqual([
      ["a", 540, 60, 0, 2],
      ["b", 570, 60, 1, 2],
      ["c", 600, 60, 0, 2],
      ["d", 840, 30, 0, 1],
    ]);
  });
  it("that have no room are counted", () => {
    const at = "2026-11-22T01:00:00Z";
    const { placed, more } = place([item("a", at), item("b", at), item("c", at), item("d", "2026-11-22T01:10:00Z", 60)], 2);
    expect(placed.map((p) => [p.item.id, p.lane, p.lanes])).toEqual([
      ["a", 0, 2],
      ["b", 1, 2],
    ]);
    expect(more).toEqual([{ top: 540, height: 70, n: 2 }]);
  });
});

import { describe, expect, it } from "vitest";
import { daysBefore, daysOfPeriod, monthsOver, yearBefore } from "../../lib/period";
import { timelinessSearch } from "./timeliness-search";

describe("the periods of the report", () => {
  it("end today, or with the month before", () => {
    expect(daysOfPeriod("week", "2026-11-22")).toEqual({ from: "2026-11-16", to: "2026-11-22" });
    expect(daysOfPeriod("month", "2026-11-22")).toEqual({ from: "2026-11-01", to: "2026-11-22" });
    expect(daysOfPeriod("quarter", "2026-11-22")).toEqual({ from: "2026-10-01", to: "2026-11-22" });
    expect(daysOfPeriod("year", "2026-11-22")).toEqual({ from: "2026-01-01", to: "2026-11-22" });
  });
  it("reach over the year's end", () => expect(daysOfPeriod("lastMonth", "2027-01-05")).toEqual({ from: "2026-12-01", to: "2026-12-31" }));
  it("are compared with what was before", () => {
    expect(daysBefore("2026-03-01", "2026-03-31")).toEqual({ from: "2026-02-01", to: "2026-02-28" });
    expect(daysBefore("2026-11-01", "2026-11-22")).toEqual({ from: "2026-10-10", to: "2026-10-31" });
    expect(yearBefore("2026-11-01")).toBe("2025-11-01");
    expect(yearBefore("2028-02-29")).toBe("2027-03-01");
  });
  it("are over", () => expect(monthsOver("2026-02-28", 3)).toEqual(["2026-01", "2025-12", "2025-11"]));
  it("takes from the address only what it can be", () =>
    expect(timelinessSearch({ from: "now", to: "2026-01-31", by: "moon", user: 3 })).toEqual({ to: "2026-01-31" }));
});

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { addDays, dayOf, daysBetween, fromLocalInput, isLate, nextMonday, toLocalInput } from "./dates";
import { formatBytes, formatDay, formatExact, formatInstant, formatMoney, formatSpan, moneyInput, parseMoney } from "./format";
import { setLanguage } from "./i18n";

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(new Date(2026, 10, 21, 9, 30));
});
afterEach(async () => {
  vi.useRealTimers();
  await setLanguage("zh");
});

describe("money", () => {
  it.each([
    ["", null],
    ["12000", 1_200_000],
    ["¥1,200.5", 120_050],
    ["10万", 10_000_000],
    ["3.2亿", 32_000_000_000],
    ["1.5k", 150_000],
    ["０", undefined],
    ["abc", undefined],
    ["1.2.3", undefined],
    ["-5", -500],
  ])("understands %j", (text, want) => expect(parseMoney(text)).toBe(want));
  it("is written without empty decimals", () => {
    expect(formatMoney(123_450_00)).toMatch(/123,450$/);
    expect(formatMoney(120_050)).toMatch(/1,200\.50$/);
    expect(formatMoney(null)).toBe("");
    expect([moneyInput(120_050), moneyInput(null)]).toEqual(["1200.5", ""]);
  });
});

describe("dates", () => {
  it("says near days in words", async () => {
    expect([formatDay("2026-11-21"), formatDay("2026-11-22"), formatDay("2026-11-20")]).toEqual(["今天", "明天", "昨天"]);
    expect([formatDay("2026-03-01"), formatDay("2025-03-01"), formatDay("")]).toEqual(["03-01", "2025-03-01", ""]);
    await setLanguage("en");
    expect(formatDay("2026-11-21")).toBe("Today");
  });
  it("writes instants in local time", () => expect(formatInstant(new Date(2026, 10, 21, 14, 5).toISOString())).toBe("今天 14:05"));
  it("counts days over months and years", () => {
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
    expect(daysBetween("2026-02-27", "2026-03-01")).toBe(2);
    expect([nextMonday("2026-11-21"), nextMonday("2026-11-23")]).toEqual(["2026-11-23", "2026-11-30"]);
  });
  it("goes to the input's text and back", () => {
    const instant = new Date(2026, 10, 21, 9, 30).toISOString();
    expect(toLocalInput(instant)).toBe("2026-11-21T09:30");
    expect(fromLocalInput("2026-11-21T09:30")).toBe(instant);
    expect([fromLocalInput(""), toLocalInput(null), toLocalInput("x")]).toEqual([null, "", ""]);
    expect(dayOf(new Date(2026, 0, 5))).toBe("2026-01-05");
  });
});

it("says sizes and spans", () => {
  expect([formatBytes(12), formatBytes(2048), formatBytes(3_500_000)]).toEqual(["12 B", "2 KB", "3.3 MB"]);
  expect([formatSpan(12.2), formatSpan(75)]).toEqual(["13 秒", "1 分 15 秒"]);
});

describe("midnight", () => {
  const at = (h: number, d = 21) => new Date(2026, 10, d, h).toISOString();
  it("stands for the day", () => {
    expect([formatInstant(at(0)), formatInstant(at(14))]).toEqual(["今天", "今天 14:00"]);
    expect([formatExact(at(0)), formatExact(at(14))]).toEqual(["2026-11-21", "2026-11-21 14:00"]);
  });
  it("is late on the next day", () => expect([at(0), at(9), at(10), at(0, 20)].map((x) => isLate(x))).toEqual([false, true, false, true]));
});

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { addDays, dayOf, daysBetween, fromLocalInput, instantAt, isLate, nextMonday, setZone, today, toLocalInput } from "./dates";
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

describe("in the company's time zone", () => {
  afterEach(() => setZone(""));
  it.each([
    ["Asia/Shanghai", "2026-11-20T16:30:00.000Z", "2026-11-21T00:30"],
    ["America/New_York", "2026-11-01T04:30:00.000Z", "2026-11-01T00:30"],
    ["America/New_York", "2026-11-01T06:30:00.000Z", "2026-11-01T01:30"], // which comes twice
    ["America/New_York", "2026-03-08T07:30:00.000Z", "2026-03-08T03:30"],
    ["Asia/Kathmandu", "2026-06-30T18:15:00.000Z", "2026-07-01T00:00"],
  ])("%s: %s is %s", (zone, instant, wall) => {
    setZone(zone);
    expect(toLocalInput(instant)).toBe(wall);
    expect(toLocalInput(fromLocalInput(wall))).toBe(wall);
  });
  it("knows days, lateness and hours", () => {
    setZone("Asia/Shanghai");
    vi.setSystemTime(new Date("2026-11-20T17:00:00Z")); // one in the morning of the 21st
    expect(today()).toBe("2026-11-21");
    expect(formatInstant("2026-11-20T16:00:00Z")).toBe("今天");
    expect(formatInstant("2026-11-20T15:59:00Z")).toBe("昨天 23:59");
    expect(formatExact("2026-11-20T16:05:00Z")).toBe("2026-11-21 00:05");
    expect([isLate("2026-11-20T16:00:00Z"), isLate("2026-11-19T16:00:00Z")]).toEqual([false, true]);
    expect(instantAt("2026-11-21", 9)).toBe("2026-11-21T01:00:00.000Z");
  });
  it("keeps the browser's zone instead of one it does not know", () => {
    setZone("Mars/Olympus");
    expect(toLocalInput(new Date(2026, 10, 21, 9, 30).toISOString())).toBe("2026-11-21T09:30");
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

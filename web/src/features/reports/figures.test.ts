import { describe, expect, it } from "vitest";
import type { ReportColumn, ReportRow, ReportTable } from "../../api/reports";

import { setLanguage, withReports } from "../../lib/i18n";
import { costsOf } from "./costs-of";
import { changeOf, formatFigure, formatLength, funnelOf, isEmpty, pressed, sharesOf, sorted, topColumns } from "./figures";
import { reportsSearch } from "./reports-search";

await withReports(async () => {});

const row = (label: string, ...values: (number | null)[]): ReportRow => ({ key: label, label, values, filters: values.map(() => null) });
const columns = (units: Record<string, ReportColumn["unit"]>): ReportColumn[] =>
  Object.entries(units).map(([name, unit]) => ({ name, label: name, unit, help: "", entity: "lead" }));
const table = (of: Partial<ReportTable>): ReportTable => ({
  report: "lead-conversion",
  title: "",
  from: "2026-11-01",
  to: "2026-11-22",
  by: "source",
  by_label: "来源",
  computed_at: "2026-11-22T01:00:00Z",
  columns: [],
  rows: [],
  total: row("合计"),
  previous: null,
  year_ago: null,
  ...of,
});

describe("figures", () => {
  it("stand in their units", () => {
    expect([0.2, 59.6, 200, 1500, 2 * 1440 + 190].map(formatLength)).toEqual([
      "不到 1 分",
      "1 小时",
      "3 小时 20 分",
      "25 小时",
      "2 天 3 小时",
    ]);
    expect(formatFigure(0.4567, "share")).toBe("45.7%");
    expect(formatFigure(120_050, "money")).toBe("¥1,200.50");
    expect(formatFigure(3.25, "ratio")).toBe("3.3 倍");
    expect(formatFigure(1200, "count")).toBe("1,200");
    expect(formatFigure(0, "count")).toBe("0");
    expect(formatFigure(null, "count")).toBe("–");
  });
  it("are compared in words", () => {
    expect(changeOf(15, 12, "count")).toEqual({ way: "more", text: "多 3（+25%）" });
    expect(changeOf(9, 12, "count")).toEqual({ way: "less", text: "少 3（−25%）" });
    expect(changeOf(3, 0, "count")).toEqual({ way: "more", text: "多 3" });
    expect(changeOf(12, 12, "count")).toEqual({ way: "same", text: "持平" });
    expect(changeOf(0.5, 0.468, "share")).toEqual({ way: "more", text: "高 3.2 个百分点" });
    expect(changeOf(0.5, 0.5002, "share")?.way).toBe("same");
    expect(changeOf(40, 60, "minutes")).toEqual({ way: "less", text: "快 20 分" });
    expect(changeOf(null, 60, "minutes")).toBeUndefined();
    expect(changeOf(60, null, "minutes")).toBeUndefined();
  });
  it("are said in English, too", async () => {
    await setLanguage("en");
    expect(formatLength(200)).toBe("3 h 20 min");
    expect(changeOf(9, 12, "count")?.text).toBe("3 less (−25%)");
    await setLanguage("zh");
  });
});

describe("the bars", () => {
  const conversion = table({
    columns: columns({ leads: "count", lost: "count", reviewed: "count", passed: "count" }),
    total: row("合计", 40, 5, 20, 15),
  });
  it("tell how far leads came", () => {
    expect(funnelOf(conversion).map((b) => [b.label, b.value, b.length, b.ofBefore])).toEqual([
      ["leads", 40, 1, undefined],
      ["reviewed", 20, 0.5, 0.5],
      ["passed", 15, 0.375, 0.75],
    ]);
    expect(sharesOf(conversion)).toEqual([]);
  });
  it("are none without leads", () => expect(funnelOf({ ...conversion, total: row("合计", 0, 0, 0, 0) })).toEqual([]));
  it("tell how stations were met", () => {
    const stations = table({
      report: "lead-stations",
      columns: columns({ fell_due: "count", rate: "share" }),
      rows: [row("审核", 4, 0.75), row("补充", 0, null)],
    });
    expect(sharesOf(stations).map((b) => [b.label, b.length])).toEqual([["审核", 0.75]]);
    expect(funnelOf(stations)).toEqual([]);
    expect(topColumns(stations)).toEqual([0, 1]);
  });
});

describe("the table", () => {
  const rows = [row("展会", 3, null), row("官网", 9, 0.2), row("电话", 1, 0.5)];
  const of = table({ columns: columns({ leads: "count", rate: "share" }), rows });
  const names = (sort?: string) => sorted(of, sort).map((r) => r.label);
  it("is sorted by what the address says", () => {
    expect(names()).toEqual(["展会", "官网", "电话"]);
    expect(names("-leads")).toEqual(["官网", "展会", "电话"]);
    expect(names("rate")).toEqual(["官网", "电话", "展会"]);
    expect(names("-rate")).toEqual(["电话", "官网", "展会"]);
    expect(names("key")).toEqual(["电话", "官网", "展会"]);
    expect(names("moon")).toEqual(["展会", "官网", "电话"]);
  });
  it("lets go of a sort with the third press", () => {
    expect([undefined, "-leads", "leads"].map((s) => pressed(s, "leads"))).toEqual(["-leads", "leads", undefined]);
    expect([undefined, "key", "-key"].map((s) => pressed(s, "key"))).toEqual(["key", "-key", undefined]);
  });
  it("is empty when nothing was counted", () => {
    expect(isEmpty(of)).toBe(false);
    expect(isEmpty({ ...of, rows: [row("审核", 0, null)] })).toBe(true);
    expect(isEmpty({ ...of, rows: [] })).toBe(true);
  });
});

describe("what is typed", () => {
  it("in the address is taken when it can be meant", () =>
    expect(reportsSearch({ report: "lead-sources", from: "2026-11-01", to: "tomorrow", f: { field: "grade" }, sort: "-leads" })).toEqual({
      report: "lead-sources",
      from: "2026-11-01",
      sort: "-leads",
    }));
  it("as costs is merged with what was known", () =>
    expect(costsOf({ fair: 100, web: 200 }, { fair: "", phone: "1.5万" })).toEqual({ web: 200, phone: 1_500_000 }));
});

import { readFile } from "node:fs/promises";
import { api, barriers, expect, type Page, test } from "./base";

// Reports of what came in: their figures are those of the records behind them.

type Lead = { id: string; version: number };
const row = (page: Page, name: string) => page.getByRole("row").filter({ has: page.getByRole("rowheader", { name, exact: true }) });
const today = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);

test("a report shows the leads that came in, and each figure leads to them", async ({ page, isMobile }, info) => {
  test.setTimeout(90_000);
  await page.goto("/");
  const day = today();
  const since = { field: "created_at", op: "between", value: [day, day] };
  const count = async (filter: unknown) =>
    (await api<{ count: number }>(page, "GET", `/leads/count?filter=${encodeURIComponent(JSON.stringify(filter))}`)).count;
  const made: string[] = [];
  for (let i = 0; i < 3; i++) {
    const name = `报表线索 ${info.project.name} ${Date.now()} ${i}`;
    const phone = `137${String(Date.now() + i).slice(-8)}`;
    const lead = await api<Lead>(page, "POST", "/leads", { company: name, contact_name: "吴先生", phone, source: "fair" });
    made.push(lead.id);
  }
  await api(page, "POST", "/leads/review", { ids: made.slice(0, 2), result: "pass", grade: "A" });

  if (isMobile) {
    await page.getByRole("button", { name: /^我( |$)/ }).click();
    await page.getByRole("button", { name: "报表", exact: true }).click();
  } else await page.getByRole("link", { name: "报表", exact: true }).click();
  await expect(page.getByRole("heading", { name: "线索转化率报告" })).toBeVisible();
  await page.getByLabel("到", { exact: true }).fill(day);
  await page.getByLabel("从", { exact: true }).fill(day);
  await expect(page).toHaveURL(new RegExp(`from=${day}.*to=${day}`));

  // The figures are those of the lists.
  const fair = { and: [since, { field: "source", op: "is", value: "fair" }] };
  const leads = await count(fair);
  const passed = await count({ and: [...fair.and, { field: "passed_at", op: "not_empty" }] });
  expect(leads).toBeGreaterThanOrEqual(3);
  expect(passed).toBeGreaterThanOrEqual(2);
  await expect(row(page, "展会").getByRole("cell").nth(0)).toHaveText(String(leads));
  await expect(row(page, "展会").getByRole("cell").nth(2)).toHaveText(String(passed));
  await expect(row(page, "合计").getByRole("cell").nth(0)).toHaveText(String(await count(since)));
  await expect(page.getByRole("list", { name: "合计数字" })).toContainText("同比");
  await expect(page.getByRole("region", { name: "线索走到哪一步" })).toContainText("审核通过");
  await expect(page.getByText(/计算于/)).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
  expect(await barriers(page)).toEqual([]);
  await page.screenshot({ path: `test-results/reports-${info.project.name}.png`, fullPage: true });

  // Each leads to the records behind it, where the filter stands and can be taken away.
  await row(page, "展会").getByRole("cell").nth(2).getByRole("link").click();
  await expect(page).toHaveURL(/\/leads\?/);
  await expect(page.locator(".list-head .count")).toHaveText(String(passed));
  await expect(page.getByText(`报表线索 ${info.project.name}`).first()).toBeVisible();
  const chips = page.locator(".filter-chip");
  await expect(chips.filter({ hasText: "展会" })).toBeVisible();
  await chips.filter({ hasText: "审核通过" }).getByRole("button").click();
  await expect(page.locator(".list-head .count")).toHaveText(String(leads));
  await page.screenshot({ path: `test-results/reports-list-${info.project.name}.png` });
  await page.goBack();

  // The address says it all; what stands there goes out as a workbook.
  await page.getByRole("button", { name: "线索", exact: true }).click();
  await expect(page.getByRole("columnheader", { name: "线索", exact: true })).toHaveAttribute("aria-sort", "descending");
  await page.reload();
  await expect(page.getByRole("columnheader", { name: "线索", exact: true })).toHaveAttribute("aria-sort", "descending");
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: "导出 Excel" }).click();
  const file = await coming;
  expect(file.suggestedFilename()).toMatch(/线索转化率报告.*\.xlsx$/);
  expect((await readFile(await file.path())).subarray(0, 2).toString()).toBe("PK");

  await page.getByText("线索环节及时率", { exact: true }).click();
  await expect(page.getByRole("region", { name: "各环节及时率" })).toBeVisible();
  expect(await barriers(page)).toEqual([]);
  await page.screenshot({ path: `test-results/reports-stations-${info.project.name}.png`, fullPage: true });

  // The deadlines of a station lead to the leads that had them, too, and so do those of the whole way.
  const station = { and: [since, { field: "clocks", op: "in", value: ["lead.review:met"] }] };
  const met = await count(station);
  expect(met).toBeGreaterThanOrEqual(2);
  await row(page, "线索审核")
    .getByRole("cell")
    .nth(1)
    .getByRole("link", { name: String(met), exact: true })
    .click();
  await expect(page.locator(".list-head .count")).toHaveText(String(met));
  await expect(page.locator(".filter-chip").filter({ hasText: "时限" })).toContainText("线索审核：按时");
  expect(await barriers(page)).toEqual([]);
  await page.screenshot({ path: `test-results/reports-station-list-${info.project.name}.png` });
  await page.goBack();
  const all = row(page, "全程（每条线索计一次）").getByRole("cell").nth(0);
  const due = (await all.textContent()) ?? "";
  await all.getByRole("link").click();
  await expect(page.locator(".list-head .count")).toHaveText(due);
  await page.screenshot({ path: `test-results/reports-all-list-${info.project.name}.png` });
  await page.goto("/reports?from=2001-01-01&to=2001-01-02");
  await expect(page.getByText("这段时间没有数据")).toBeVisible();
});

test("what sources cost is written down, and counts in the report", async ({ page, isMobile }, info) => {
  await page.goto("/reports?report=lead-sources");
  await page.getByRole("button", { name: "投入" }).first().click();
  const dialog = page.getByRole("dialog", { name: "各来源投入" });
  await expect(dialog.getByLabel("月份")).toBeVisible();
  const months = await dialog
    .getByLabel("月份")
    .locator("option")
    .evaluateAll((all) => all.map((o) => (o as HTMLOptionElement).value));
  const month = months[isMobile ? 3 : 2] as string; // one that is over, and not the one that another test freezes
  await dialog.getByLabel("月份").selectOption(month);
  await dialog.getByLabel("展会", { exact: true }).fill("很多");
  await expect(dialog.locator(".field-error")).toHaveText("不是金额");
  await expect(dialog.getByRole("button", { name: "保存" })).toBeDisabled();
  await dialog.getByLabel("展会", { exact: true }).fill("1.5万");
  expect(await barriers(page)).toEqual([]);
  await page.screenshot({ path: `test-results/reports-costs-${info.project.name}.png` });
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(dialog).toHaveCount(0);
  const { items } = await api<{ items: { month: string; costs: Record<string, number> }[] }>(page, "GET", "/source-costs");
  expect(items.find((i) => i.month === month)?.costs).toEqual({ fair: 1_500_000 });
  await api(page, "PUT", "/source-costs", { month, costs: {} });
});

test("a month that is over is frozen for good", async ({ page, isMobile }, info) => {
  await page.goto("/reports");
  await page.getByRole("button", { name: "归档" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "归档一个月" }).click();
  const dialog = page.getByRole("dialog", { name: "归档一个月" });
  await expect(dialog).toContainText("不能修改");
  await expect(dialog.getByRole("button", { name: "归档", exact: true })).toBeDisabled();
  const month = await dialog.getByLabel("月份").inputValue();
  await dialog.getByLabel("我知道归档后不能修改").check();
  expect(await barriers(page)).toEqual([]);
  await page.screenshot({ path: `test-results/reports-freeze-${info.project.name}.png` });
  await dialog.getByRole("button", { name: "归档", exact: true }).click();

  const list = page.getByRole("dialog", { name: "已归档的月份" });
  await expect(list).toBeVisible();
  const said = `${Number(month.slice(0, 4))}年${Number(month.slice(5))}月`;
  await list.getByRole("region", { name: said }).getByRole("button", { name: "线索转化率报告" }).click();
  await expect(page).toHaveURL(/archive=/);
  await expect(page.getByText(`归档 · ${said}`)).toBeVisible();
  await expect(page.locator(".report .report-link")).toHaveCount(0);
  expect(await barriers(page)).toEqual([]);
  await page.screenshot({ path: `test-results/reports-frozen-${info.project.name}.png`, fullPage: !isMobile });
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: "导出 Excel" }).click();
  expect((await coming).suggestedFilename()).toMatch(/\.xlsx$/);
  await page.getByRole("button", { name: "返回实时报表" }).click();
  await expect(page).not.toHaveURL(/archive=/);
});

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, type Page, password, test } from "./base";
import { withCell } from "./xlsx";

const register = fileURLToPath(new URL("../../internal/importer/testdata/客户登记表-14列.xlsx", import.meta.url));
const row = (page: Page, name: string) => page.locator("tbody tr", { hasText: name });
const fact = (page: Page, label: string) => page.locator(".fact", { has: page.locator("dt", { hasText: label }) });

/** The job that the product exists for, from an empty program on: a workbook in, worked with, out, edited, in again, and back. */
test("from the first start to a round trip through Excel", async ({ page }) => {
  test.setTimeout(120_000);

  await test.step("first start", async () => {
    await page.goto("/");
    await page.getByLabel(/^公司名称/).fill("华盛精密设备（上海）有限公司");
    await page.getByLabel(/^管理员姓名/).fill("赵敏");
    await page.getByLabel(/^登录名/).fill("admin");
    await page.getByLabel(/^密码/).fill(password);
    const demo = page.getByRole("checkbox", { name: /示例数据/ });
    if (await demo.isChecked()) await demo.uncheck();
    await page.getByRole("button", { name: "开始使用" }).click();
    await page.getByRole("navigation", { name: "主导航" }).getByRole("link", { name: "客户" }).click();
  });

  await test.step("drop the register, import", async () => {
    await page.locator("input[type=file]").setInputFiles(register);
    await page.getByRole("button", { name: "导入 3 行" }).click();
    await expect(page.getByText("导入完成")).toBeVisible({ timeout: 20_000 });
    await page.getByRole("link", { name: "查看客户" }).click();
  });

  await test.step("three customers with contacts, stages and next dates", async () => {
    await expect(page.locator("tbody tr")).toHaveCount(3);
    for (const [name, contact, stage, next] of [
      ["A科技有限公司", "李*", "意向", "2024-03-10"],
      ["B制造有限公司", "王*", "谈判中", "2024-03-05"],
      ["C连锁超市", "赵*", "成交", ""],
    ] as const)
      for (const text of [contact, stage, next]) await expect(row(page, name)).toContainText(text);
  });

  await test.step("found by initials, opened: code, need, follow-up", async () => {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: /搜客户/ }).fill("clscs");
    await expect(page.getByRole("option", { name: /C连锁超市/ })).toBeVisible();
    await page.getByRole("combobox", { name: /搜客户/ }).fill("akj");
    await page
      .getByRole("option", { name: /A科技有限公司/ })
      .first()
      .click();
    await expect(page.getByRole("heading", { name: "A科技有限公司" })).toBeVisible();
    await expect(page.getByText("2024-Tech-001").first()).toBeVisible();
    await expect(page.locator(".event").filter({ hasText: "面谈" })).toContainText("已演示基础功能");
  });

  await test.step("a field is edited; the log shows old and new", async () => {
    await page.getByRole("button", { name: "编辑需求描述" }).click();
    const need = page.getByRole("textbox", { name: "需求描述" });
    await need.fill("采购CRM系统，先上十个席位");
    await need.press("Control+Enter");
    await expect(fact(page, "需求描述")).toContainText("十个席位");
    await page.getByRole("tab", { name: "修改日志" }).click();
    const entry = page.locator(".log-entry").first();
    await expect(entry).toContainText("采购CRM系统,需支持多部门协同");
    await expect(entry).toContainText("采购CRM系统，先上十个席位");
  });

  const edited = await test.step("exported; one cell edited", async () => {
    await page.getByRole("navigation", { name: "主导航" }).getByRole("link", { name: "客户" }).click();
    await page.getByRole("button", { name: "导出" }).click();
    await page.getByText(/^全部 \d+ 个字段/).click();
    const coming = page.waitForEvent("download");
    await page.getByRole("dialog").getByRole("button", { name: "导出" }).click();
    const download = await coming;
    expect(download.suggestedFilename()).toMatch(/\.xlsx$/);
    return withCell(await readFile(await download.path()), "寻求年度物流供应商,要求全国配送网络", "改为只要华东配送");
  });

  await test.step("imported again: that record and that field alone", async () => {
    await page.getByRole("button", { name: "导入", exact: true }).click();
    await page
      .locator("input[type=file]")
      .setInputFiles({ name: "客户.xlsx", mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", buffer: edited });
    await page.getByRole("button", { name: "检查", exact: true }).click();
    await expect(page.locator(".tile", { hasText: "将更新" })).toContainText("1", { timeout: 20_000 });
    await page.getByRole("button", { name: "导入 1 行" }).click();
    await expect(page.getByText("导入完成")).toBeVisible({ timeout: 20_000 });
    const tile = (label: string) => page.locator(".tile", { hasText: label }).locator("b");
    await expect(tile("已更新")).toHaveText("1");
    await expect(tile("已新建")).toHaveText("0");
    await expect(tile("未导入")).toHaveText("0");
  });
  const result = page.url();

  const need = (text: string) =>
    test.step(`B's need reads ${text}`, async () => {
      await page.goto("/customers");
      await row(page, "B制造有限公司")
        .getByRole("button", { name: /完整页面/ })
        .click();
      await expect(fact(page, "需求描述")).toContainText(text);
      await page.getByRole("tab", { name: "修改日志" }).click();
    });
  await need("改为只要华东配送");
  const change = page.locator(".log-entry").first();
  await expect(change).toContainText("需求描述");
  await expect(change.locator("dt")).toHaveCount(1);

  await test.step("taken back", async () => {
    await page.goto(result);
    await page.getByRole("button", { name: "撤销本次导入" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "撤销本次导入" }).click();
    await expect(page.getByText("这次导入已撤销")).toBeVisible({ timeout: 20_000 });
  });
  await need("寻求年度物流供应商,要求全国配送网络");
  await page.context().storageState({ path: "test-results/main.json" });
});

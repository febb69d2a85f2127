import { expect, test } from "./base";

/** The first start as a person does it; whoever signs in then is kept for the other tests. */
test("first start with demo data", async ({ page }) => {
  test.setTimeout(120_000);
  await page.goto("/customers");
  await page.getByLabel(/^公司名称/).fill("华盛精密设备（上海）有限公司");
  await page.getByLabel(/^管理员姓名/).fill("赵敏");
  await page.getByLabel(/^登录名/).fill("admin");
  await page.getByLabel(/^密码/).fill("Genjin-2026!ok");
  await page.getByRole("checkbox", { name: /示例数据/ }).check();
  await page.getByRole("button", { name: "开始使用" }).click();
  await expect(page.getByRole("heading", { name: /客户/ })).toBeVisible({ timeout: 90_000 });
  // Loading goes on in the background when it takes long.
  await expect(async () => {
    await page.goto("/customers");
    await expect(page.locator("tbody tr").first()).toBeVisible({ timeout: 2000 });
  }).toPass({ timeout: 60_000 });
  await page.context().storageState({ path: "test-results/state.json" });
});

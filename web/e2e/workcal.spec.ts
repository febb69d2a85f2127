import { api, barriers, expect, test } from "./base";

// Both kinds of browser change one company, a day each.
const mine = (isMobile: boolean) => (isMobile ? /^3月12日/ : /^3月11日/);

test("a day off and another year's holidays are set, and hold", async ({ page, isMobile }) => {
  await page.goto("/settings/working-calendar");
  await expect(page.getByText("2026 年的放假安排已公布")).toBeVisible();
  const day = page.getByRole("button", { name: mine(isMobile) });
  await expect(day).toHaveAccessibleName(/上班/);
  await day.click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("休息", { exact: true }).click();
  await dialog.getByLabel("名称").fill("厂庆");
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(day).toHaveAccessibleName(/休息 · 厂庆/);
  await page.getByRole("button", { name: "下一年" }).click();
  await expect(page.getByText("2027 年的放假安排尚未公布，只按周末计算")).toBeVisible();
  expect(await barriers(page)).toEqual([]);

  await test.step("the next year is read in", async () => {
    await page.getByRole("button", { name: "导入放假安排" }).click();
    const rows = ["01-01", "02-06", "02-07", "02-08", "02-09", "10-01"].map((d) => `2027-${d},假,1`);
    await dialog.getByLabel("或粘贴文字").fill([...rows, "2027-02-30,假,1"].join("\n"));
    await dialog.getByRole("button", { name: "查看内容" }).click();
    await expect(dialog.getByText(/第 7 行/)).toBeVisible();
    await dialog.getByLabel("或粘贴文字").fill(rows.join("\n"));
    await dialog.getByRole("button", { name: "查看内容" }).click();
    await expect(dialog).toContainText("包含 2027 年的完整安排");
    await dialog.getByRole("button", { name: "导入", exact: true }).click();
    await expect(page.getByText("2027 年的放假安排已公布")).toBeVisible();
    await page.getByRole("button", { name: "撤回 2027" }).click();
    await dialog.getByRole("button", { name: "撤回" }).click();
    await expect(page.getByText("2027 年的放假安排尚未公布")).toBeVisible();
  });
  await page.getByRole("button", { name: "上一年" }).click();
  await day.click();
  await dialog.getByText("照常", { exact: true }).click();
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(day).toHaveAccessibleName(/上班$/);
});

test("a department has hours of its own until it has not", async ({ page }) => {
  await page.goto("/settings/working-calendar");
  const whose = page.getByLabel("工作日历属于");
  const department = (await whose.locator("option").nth(2).getAttribute("value")) ?? "";
  await whose.selectOption(department);
  await page.getByRole("checkbox", { name: /自定休息日/ }).check();
  await page.getByText("周一", { exact: true }).click();
  await page.getByRole("button", { name: "保存" }).click();
  await whose.selectOption("");
  await expect(page.getByRole("region", { name: "另有安排的部门" })).toContainText("周一");
  await whose.selectOption(department);
  await page.getByRole("checkbox", { name: /自定休息日/ }).uncheck();
  await page.getByRole("button", { name: "保存" }).click();
  await whose.selectOption("");
  await expect(page.getByRole("region", { name: "另有安排的部门" })).toHaveCount(0);
});

test("a phone is added, and ended", async ({ page }) => {
  await page.goto("/settings/security");
  const name = `手机 ${Date.now() % 1e6}`;
  await page.getByRole("button", { name: "添加手机" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(/^名称/).fill(name);
  await dialog.getByRole("button", { name: "生成应用密码" }).click();
  const secret = dialog.locator("code").filter({ hasText: /^[a-z]{4}(-[a-z]{4}){5}$/ });
  await expect(secret).toBeVisible();
  const { login } = await api<{ login: string }>(page, "GET", "/me");
  const asPhone = async () =>
    page.request.fetch("/dav/", {
      method: "PROPFIND",
      headers: { Authorization: `Basic ${Buffer.from(`${login}:${await secret.textContent()}`).toString("base64")}` },
    });
  const inside = await asPhone();
  expect(inside.status()).toBe(207);
  expect(await barriers(page)).toEqual([]);
  await dialog.getByRole("button", { name: "我已填好" }).click();
  await page.reload();
  const row = page.getByRole("listitem").filter({ hasText: name });
  await expect(row).toContainText("刚刚");
  await page.getByRole("button", { name: `撤销 ${name}` }).click();
  await dialog.getByRole("button", { name: "撤销" }).click();
  await expect(row).toHaveCount(0);
});

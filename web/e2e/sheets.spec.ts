import { api, expect, test } from "./base";

test("one field of several customers is set at once, and taken back", async ({ page }) => {
  await page.goto("/customers?sort=name");
  const boxes = page.getByRole("checkbox", { name: /^选择 / });
  await expect(boxes.first()).toBeVisible();
  const rows = page.locator("tbody tr");
  const before = await rows.nth(1).textContent();
  for (const i of [0, 1]) await boxes.nth(i).check();
  await page.getByRole("button", { name: "改字段" }).click();
  await page.getByRole("combobox", { name: "字段" }).fill("客户等级");
  await page.getByRole("option", { name: "客户等级" }).click();
  await page.locator("#bulk-value").fill("E");
  await page.getByRole("option", { name: "E", exact: true }).click();
  await page.getByRole("button", { name: "应用" }).click();
  await expect(page.getByText("已处理 2 条")).toBeVisible();
  for (const i of [0, 1]) await expect(rows.nth(i).locator(".badge", { hasText: /^E$/ })).toBeVisible();
  await page.getByRole("button", { name: "撤销" }).click();
  await expect(rows.nth(1)).toHaveText(before ?? "");
});

test("problems are shown where they are, refused rows come back, and what was changed since is asked about", async ({ page }) => {
  const stamp = Date.now();
  const rows = [
    "客户名称,联系人,联系方式,跟进阶段,需求描述",
    `甲${stamp}有限公司,李一,13900010001,意向,原来的需求`,
    `乙${stamp}有限公司,李二,13900010002,意向,`,
    ",王五,13900010003,意向,没有名称",
  ];
  await page.goto("/import");
  await page.locator("input[type=file]").setInputFiles({ name: "客户.csv", mimeType: "text/csv", buffer: Buffer.from(rows.join("\n")) });
  await page.getByRole("button", { name: "检查", exact: true }).click();
  const problem = page.locator(".problems tbody tr").first();
  await expect(problem).toContainText("4", { timeout: 20_000 });
  await expect(problem).toContainText("客户名称");
  await page.getByRole("button", { name: "导入 2 行" }).click();
  await expect(page.getByText("导入完成")).toBeVisible({ timeout: 20_000 });
  const coming = page.waitForEvent("download");
  await page.getByRole("link", { name: "下载未导入的行" }).first().click();
  expect((await coming).suggestedFilename()).toMatch(/\.xlsx$/);
  await test.step("changed since", async () => {
    type List = { items: { id: string; version: number }[] };
    const found = await api<List>(page, "GET", `/customers?q=${encodeURIComponent(`甲${stamp}`)}`);
    const made = found.items[0];
    await api(page, "PATCH", `/customers/${made?.id}`, { need: "后来改的需求", version: made?.version });
  });
  await page.getByRole("button", { name: "撤销本次导入" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "撤销本次导入" }).click();
  await expect(page.getByText(/1 条记录在导入后被改过/)).toBeVisible({ timeout: 20_000 });
  await page.getByRole("checkbox", { name: new RegExp(`甲${stamp}`) }).check();
  await page.getByRole("button", { name: "撤销选中的 1 条" }).click();
  await expect(page.getByText(/在导入后被改过/)).toHaveCount(0, { timeout: 20_000 });
  const left = await api<{ count: number }>(page, "GET", `/customers/count?q=${stamp}`);
  expect(left.count).toBe(0);
});

test("what cannot be read as a table is refused with a reason", async ({ page }) => {
  await page.goto("/import");
  const bad = Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), Buffer.alloc(200, 7)]);
  await page.locator("input[type=file]").setInputFiles({ name: "坏.xlsx", mimeType: "application/octet-stream", buffer: bad });
  await expect(page.locator(".toast.bad, .toast[role=alert], [role=alert]").first()).toBeVisible();
  await expect(page).toHaveURL(/\/import$/);
});

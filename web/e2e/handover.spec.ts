import { api, barriers, expect, test } from "./base";

type List = { items: { id: string; name: string; version: number; customer_id: string }[] };
const count = async (page: Parameters<typeof api>[0], owner: string) =>
  (
    await api<{ count: number }>(
      page,
      "GET",
      `/customers/count?filter=${encodeURIComponent(JSON.stringify({ field: "owner_id", op: "in", value: [owner] }))}`,
    )
  ).count;

test("who leaves hands over in one step, and it can be taken back", async ({ page }) => {
  test.setTimeout(60_000);
  await page.goto("/people");
  const stamp = Date.now() % 1e6;
  const department = (await api<List>(page, "GET", "/departments?limit=1")).items[0]?.id;
  const rep = (await api<{ items: { id: string; built_in: string }[] }>(page, "GET", "/roles")).items.find(
    (r) => r.built_in === "sales_rep",
  );
  const user = async (name: string) =>
    api<{ id: string }>(page, "POST", "/users", {
      name,
      login: `u${name.codePointAt(0)}${stamp}`,
      department_id: department,
      role_ids: [rep?.id],
    });
  const [leaver, next] = [await user(`离职${stamp}`), await user(`接手${stamp}`)];
  for (const n of [1, 2, 3]) await api(page, "POST", "/customers", { name: `交接${stamp}-${n}有限公司`, owner_id: leaver.id });
  await page.reload();
  await test.step("what it is, in words", async () => {
    await page.getByRole("searchbox", { name: "搜索用户" }).fill(`离职${stamp}`);
    await page.getByRole("button", { name: `离职${stamp} 的操作` }).click();
    await page.getByRole("menuitem", { name: "离职交接" }).click();
    const dialog = page.getByRole("dialog", { name: `离职交接 · 离职${stamp}` });
    await expect(dialog.locator(".held")).toContainText("客户3");
    await dialog.getByLabel(/^交给谁/).fill(`接手${stamp}`);
    await page.getByRole("option", { name: new RegExp(`接手${stamp}`) }).click();
    await expect(dialog).toContainText(`客户 3 将转给 接手${stamp}；离职${stamp} 将立即停用`);
    expect(await barriers(page)).toEqual([]);
    await dialog.getByRole("button", { name: "交接并停用" }).click();
    await expect(dialog).toContainText("已全部交给", { timeout: 15_000 });
    await dialog.getByRole("link", { name: "查看交接记录" }).click();
  });
  expect([await count(page, leaver.id), await count(page, next.id)]).toEqual([0, 3]);
  await test.step("and back", async () => {
    await page.getByRole("dialog").getByRole("button", { name: "关闭" }).first().click();
    const row = page.locator(".handover-list li", { hasText: `离职${stamp}` });
    await expect(row).toContainText("已交接");
    expect(await barriers(page)).toEqual([]);
    await row.getByRole("button", { name: "撤销交接" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "撤销交接" }).click();
    await expect(row).toContainText("已撤销", { timeout: 15_000 });
  });
  expect([await count(page, leaver.id), await count(page, next.id)]).toEqual([3, 0]);
});

test("a person's data is given out and erased", async ({ page }) => {
  await page.goto("/contacts");
  const stamp = Date.now() % 1e6;
  const customer = (await api<List>(page, "GET", "/customers?limit=1")).items[0];
  const name = `周小艺${stamp}`;
  const contact = await api<{ id: string }>(page, "POST", "/contacts", { name, customer_id: customer?.id, mobile: "13612348765" });
  await page.goto(`/contacts/${contact.id}`);
  const menu = async (item: string) => {
    await page.getByRole("button", { name: "更多", exact: true }).click();
    await page.getByRole("menuitem", { name: item }).click();
  };
  const file = page.waitForEvent("download");
  await menu("导出个人信息");
  expect((await file).suggestedFilename()).toMatch(/\.xlsx$/);
  await menu("彻底删除个人信息");
  const dialog = page.getByRole("dialog");
  const erase = dialog.getByRole("button", { name: "彻底删除个人信息" });
  await dialog.getByLabel(/^原因/).fill("本人书面申请");
  await expect(erase).toBeDisabled();
  await dialog.getByLabel(`输入“${name}”确认`).fill(name);
  expect(await barriers(page)).toEqual([]);
  await erase.click();
  await expect(page.getByText("个人信息已彻底删除")).toBeVisible();
  await expect(page).toHaveURL(/\/contacts$/);
  const found = await api<{ items: unknown[] }>(page, "GET", `/search?q=${encodeURIComponent(name)}`);
  expect(found.items).toEqual([]);
});

test("whoever left their number with a lead is erased, too", async ({ page }) => {
  await page.goto("/leads");
  const name = `周小枫${Date.now() % 1e6}`;
  const company = `枫叶机电${Date.now() % 1e6}有限公司`;
  const lead = await api<{ id: string }>(page, "POST", "/leads", { company, contact_name: name, phone: "13612348766", source: "website" });
  await page.goto(`/leads/${lead.id}`);
  await page.getByRole("button", { name: "更多", exact: true }).click();
  await page.getByRole("menuitem", { name: "彻底删除个人信息" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(/^原因/).fill("本人书面申请");
  await dialog.getByLabel(`输入“${name}”确认`).fill(name);
  await page.screenshot({ path: "test-results/erase-lead.png" });
  await dialog.getByRole("button", { name: "彻底删除个人信息" }).click();
  await expect(page.getByText("个人信息已彻底删除")).toBeVisible();
  await expect(page.getByText("已删除的联系人").first()).toBeVisible();
  await expect(page.getByRole("heading", { name: company })).toBeVisible();
  await expect(page.getByText("13612348766")).toBeHidden();
  const found = await api<{ items: unknown[] }>(page, "GET", `/search?q=${encodeURIComponent(name)}`);
  expect(found.items).toEqual([]);
});

import { api, barriers, expect, type Page, test } from "./base";

type Role = {
  id: string;
  name: string;
  built_in: string;
  version: number;
  permissions: Record<string, Record<string, unknown>>;
  fields: object;
};
const roles = async (page: Page) => (await api<{ items: Role[] }>(page, "GET", "/roles?limit=200")).items;

test("a role is made from another, with departments and fields, and put away again", async ({ page, isMobile }) => {
  test.setTimeout(60_000);
  const name = `区域经理${Date.now() % 1e6}`;
  await page.goto("/settings/roles");
  await page.getByRole("link", { name: /^客服/ }).click();
  await page.getByRole("button", { name: /的更多操作/ }).click();
  await page.getByRole("menuitem", { name: "复制为新角色" }).click();
  await expect(page.getByLabel(/^名称/)).toHaveValue(/副本/);
  await page.getByLabel(/^名称/).fill(name);
  await test.step("its reach", async () => {
    await page.getByLabel("客户与联系人 查看").selectOption("listed");
    await expect(page.getByRole("button", { name: "保存" })).toBeDisabled();
    await page.getByRole("button", { name: "请选择部门" }).click();
    await page.getByRole("combobox", { name: "指定的部门" }).fill("深圳一部");
    await page.getByRole("option", { name: /深圳一部/ }).click();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await expect(page.getByRole("button", { name: /^深圳一部/ })).toBeVisible();
    await page.getByLabel("客户与联系人 导出").check();
  });
  await test.step("its fields", async () => {
    await page.getByRole("searchbox", { name: "查找字段" }).fill("备注");
    await page.getByLabel(/^备注/).selectOption("hidden");
  });
  expect(await barriers(page)).toEqual([]);
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByText(`已保存“${name}”`)).toBeVisible();
  await expect(page.getByRole("heading", { name })).toBeVisible();
  const made = (await roles(page)).find((r) => r.name === name);
  expect(made?.permissions.customer).toMatchObject({ view: { scope: "listed", below: true }, export: "all" });
  expect(made?.fields).toEqual({ customer: { remark: "hidden" } });
  if (isMobile) return;
  await page.getByRole("button", { name: /的更多操作/ }).click();
  await page.getByRole("menuitem", { name: "归档" }).click();
  await expect(page.getByText(`已归档“${name}”`)).toBeVisible();
  await expect(page.getByRole("link", { name: new RegExp(name) })).toHaveCount(0);
});

test("says what users would lose before it is saved, and whose", async ({ page }) => {
  await page.goto("/settings/roles");
  await page.getByRole("link", { name: /^财务/ }).click();
  await expect(page.getByText(/1 人使用：顾敏/)).toBeVisible();
  await page.getByLabel("客户与联系人 查看").selectOption("department");
  await expect(page.getByText("其中 1 项收回权限")).toBeVisible();
  await page.getByRole("button", { name: "保存" }).click();
  const warning = page.getByRole("dialog", { name: "收回“财务”的权限？" });
  await expect(warning).toContainText("客户与联系人 · 查看");
  await expect(warning).toContainText("1 名使用这个角色的用户");
  expect(await barriers(page)).toEqual([]);
  await warning.getByRole("button", { name: "取消" }).click();
  await test.step("leaving asks first", async () => {
    await page.getByRole("link", { name: "角色与权限" }).first().click();
    await page.getByRole("dialog").getByRole("button", { name: "不保存" }).click();
    await expect(page.getByRole("link", { name: /^销售主管/ })).toBeVisible();
  });
  expect((await roles(page)).find((r) => r.built_in === "finance")?.permissions.customer?.view).toBe("all");
});

test("the administrator's role is shown and says why it stays", async ({ page }) => {
  await page.goto("/settings/roles");
  await page.getByRole("link", { name: /^管理员/ }).click();
  await expect(page.getByText(/管理员拥有全部权限/)).toBeVisible();
  await expect(page.locator(".roles-matrix select, .roles-matrix input")).toHaveCount(0);
});

test("why somebody sees a customer, or not", async ({ page, isMobile }) => {
  await page.goto("/customers");
  const others = { field: "owner_id", op: "not_in", value: ["me"] };
  const { items } = await api<{ items: { id: string; owner_id: string; _refs: { owner_id: { name: string } } }[] }>(
    page,
    "GET",
    `/customers?limit=1&fields=name,owner_id&filter=${encodeURIComponent(JSON.stringify(others))}`,
  );
  const [customer] = items;
  await page.goto(`/customers/${customer?.id}`);
  await page.getByRole("button", { name: "更多", exact: true }).first().click();
  await page.getByRole("menuitem", { name: "谁能看到" }).click();
  const dialog = page.getByRole("dialog");
  const choose = async (name: string) => {
    await dialog.getByRole("combobox").fill(name);
    await page.getByRole("option", { name: new RegExp(name) }).click();
  };
  await choose("范立新");
  await expect(dialog).toContainText("角色“审计”：全部");
  await expect(dialog.locator(".access-fields")).toContainText("联系电话");
  expect(await barriers(page)).toEqual([]);
  await choose(customer?._refs.owner_id.name ?? "");
  await expect(dialog).toContainText("：本");
  if (isMobile) return;
  await page.goto("/people");
  await page.getByRole("button", { name: "顾敏 的操作" }).click();
  await page.getByRole("menuitem", { name: "权限说明" }).click();
  await expect(page.getByRole("dialog", { name: "顾敏 能做什么" })).toContainText("角色“财务”：全部");
});

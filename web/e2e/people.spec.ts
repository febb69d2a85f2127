import { api, expect, password, signedIn, test } from "./base";

type List = { items: { id: string; name: string; version: number; login: string }[] };
const users = (login: string) => `/users?filter=${encodeURIComponent(JSON.stringify({ field: "login", op: "is", value: login }))}`;

test("a new user signs in and sees their own customers alone", async ({ page, browser, baseURL }) => {
  const name = `新人${Date.now() % 1e6}`;
  const login = `new${Date.now() % 1e6}`;
  await page.goto("/people");
  await test.step("a department and a user in it", async () => {
    await page.getByRole("button", { name: "新建部门" }).click();
    await page.getByLabel(/^名称/).fill(`${name}的部门`);
    await page.getByRole("button", { name: "保存", exact: true }).click();
    await page.getByRole("button", { name: `${name}的部门`, exact: true }).click();
    await page.getByRole("button", { name: "新建用户" }).click();
    const form = page.getByRole("dialog");
    await form.getByLabel(/^姓名/).fill(name);
    await form.getByLabel(/^登录名/).fill(login);
    await form.getByLabel(/^角色/).fill("销售代表");
    await page.getByRole("option", { name: "销售代表" }).click();
    await form.getByRole("button", { name: "保存", exact: true }).click();
  });
  await test.step("a password", async () => {
    const dialog = page.getByRole("dialog", { name: `给 ${name} 一个初始密码` });
    await dialog.getByLabel(/^新密码/).fill(password);
    await dialog.getByRole("button", { name: "保存" }).click();
    await expect(page.getByText(`${name} 可以登录了`)).toBeVisible();
    await expect(page.locator(".user", { hasText: name })).toBeVisible();
  });
  const theirs = await signedIn(browser, baseURL, login);
  await test.step("nothing of others, also by its address", async () => {
    await theirs.goto("/customers");
    await expect(theirs.getByRole("button", { name: "新建客户" }).first()).toBeVisible();
    await expect(theirs.locator("tbody tr")).toHaveCount(0);
    await expect(theirs.getByRole("link", { name: "公司设置" })).toHaveCount(0);
    const [other] = (await api<List>(page, "GET", "/customers?limit=1")).items;
    await theirs.goto(`/customers/${other?.id}`);
    await expect(theirs.getByText("没有找到")).toBeVisible();
  });
  await test.step("their own", async () => {
    await theirs.goto("/customers");
    await theirs.getByRole("button", { name: "新建客户" }).first().click();
    await theirs.getByLabel(/^客户名称/).fill(`${name}的客户有限公司`);
    await theirs.getByRole("button", { name: "保存", exact: true }).click();
    await expect(theirs.locator("tbody tr")).toHaveCount(1);
  });
  await theirs.context().close();
});

test("an auditor reads everything, with phones masked, and changes nothing", async ({ page, browser, baseURL }) => {
  await page.goto("/");
  const auditor = (await api<List>(page, "GET", users("fanlixin"))).items[0];
  await api(page, "POST", `/users/${auditor?.id}/password`, { password });
  const theirs = await signedIn(browser, baseURL, auditor?.login ?? "");
  await theirs.goto("/customers");
  const row = theirs.locator("tbody tr", { hasText: "****" }).first();
  await expect(row).toContainText(/\d{3}\*{4}\d{4}/);
  await expect(theirs.locator("a[href^='tel:']")).toHaveCount(0);
  await expect(theirs.locator("td.editable")).toHaveCount(0);
  await expect(theirs.getByRole("button", { name: "新建客户" })).toHaveCount(0);
  await theirs.context().close();
});

test("a private view is its maker's alone, a shared one everybody's", async ({ page, browser, baseURL }) => {
  const stamp = Date.now() % 1e6;
  await page.goto("/customers");
  for (const [name, scope] of [
    [`私有${stamp}`, "仅自己"],
    [`共享${stamp}`, "全公司"],
  ] as const) {
    await page.goto("/customers?sort=name");
    await page.getByRole("button", { name: "另存为视图" }).click();
    await page.getByLabel(/^视图名称/).fill(name);
    await page.getByText(scope, { exact: true }).click();
    await page.getByRole("button", { name: "保存", exact: true }).click();
    await expect(page.getByRole("button", { name })).toHaveAttribute("aria-current", "true");
  }
  const rep = (await api<List>(page, "GET", users("wangyutong"))).items[0];
  await api(page, "POST", `/users/${rep?.id}/password`, { password });
  const theirs = await signedIn(browser, baseURL, rep?.login ?? "");
  await theirs.goto("/customers");
  await expect(theirs.getByRole("button", { name: `共享${stamp}` })).toBeVisible();
  await expect(theirs.getByRole("button", { name: `私有${stamp}` })).toHaveCount(0);
  await theirs.context().close();
});

import { api, barriers, expect, password, signedIn, test } from "./base";

// A rep takes a customer out of the pool and gives it back; another who meets the company asks for it, and the supervisor
// decides.
test("a customer is taken from the pool, asked for, and given back", async ({ page, browser, baseURL, isMobile }) => {
  test.setTimeout(60_000);
  await page.goto("/");
  const { users } = await api<{ users: { id: string; login: string }[] }>(page, "GET", "/directory");
  for (const login of ["huangsiqi", "linxiaowen"])
    await api(page, "POST", `/users/${users.find((u) => u.login === login)?.id}/password`, { password });

  const rep = await signedIn(browser, baseURL, "huangsiqi");
  await rep.goto("/pools");
  const list = rep.getByRole("region", { name: "客户公海" });
  const all = list.getByRole("listitem");
  const first = isMobile ? all.first() : all.last(); // the other browser gave the first one back, and waits for it
  const name = (await first.locator("b").first().textContent()) ?? "";
  expect(await barriers(rep)).toEqual([]);
  await rep.screenshot({ path: `test-results/pool-${isMobile ? 390 : 1440}.png` });
  const history = rep.getByRole("button", { name: `跟进记录 ${name}` });
  await history.click();
  await expect(rep.getByText("跟进的内容在领取后可见")).toBeVisible(); // the pool hides numbers, which it may repeat
  expect(await barriers(rep)).toEqual([]);
  await rep.screenshot({ path: `test-results/pool-history-${isMobile ? 390 : 1440}.png` });
  await history.click();
  await first.getByRole("button", { name: `领取 ${name}` }).click();
  await expect(rep.getByText(`已领取：${name}`)).toBeVisible();
  await expect(list.getByText(name, { exact: true })).toHaveCount(0);

  await test.step("somebody else asks whose it is, and for it", async () => {
    await page.goto("/pools");
    await page.getByRole("button", { name: "撞单查询" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(/公司名称/).fill(name);
    await dialog.getByRole("button", { name: "查询" }).click();
    await expect(dialog.getByText("负责人：黄思琪")).toBeVisible();
    await dialog.getByRole("button", { name: "申请协作" }).click();
    await dialog.getByLabel(/理由/).fill("展会上认识的");
    await page.screenshot({ path: `test-results/clash-${isMobile ? 390 : 1440}.png` });
    await dialog.getByRole("button", { name: "申请协作" }).click();
    await expect(dialog.getByText("等待对方主管处理")).toBeVisible();
  });

  await test.step("the supervisor decides, from the note", async () => {
    const boss = await signedIn(browser, baseURL, "linxiaowen");
    await boss.goto("/notes");
    await boss
      .getByRole("button", { name: /申请协作一条记录/ })
      .first()
      .click();
    const request = boss.getByRole("article").filter({ hasText: name });
    await boss.screenshot({ path: `test-results/requests-${isMobile ? 390 : 1440}.png` });
    await request.getByRole("button", { name: "同意" }).click();
    await boss.getByRole("dialog").getByRole("button", { name: "同意" }).click();
    await expect(request).toHaveCount(1);
    await expect(request.getByText("已同意")).toBeVisible();
    await boss.context().close();
  });

  await test.step("given back, with the reason", async () => {
    const found = await api<{ items: { id: string }[] }>(rep, "GET", `/customers?q=${encodeURIComponent(name)}`);
    await rep.goto(`/customers/${found.items[0]?.id}`);
    await rep.getByRole("button", { name: "更多", exact: true }).click();
    await rep.getByRole("menuitem", { name: "放入公海" }).click();
    const dialog = rep.getByRole("dialog");
    await dialog.getByRole("button", { name: "放入公海" }).click();
    await expect(dialog.getByText(/必填/)).toBeVisible();
    await dialog.getByLabel("原因").fill("联系不上");
    await dialog.getByRole("button", { name: "放入公海" }).click();
    await rep.goto("/pools");
    await expect(list.getByRole("listitem").filter({ hasText: name })).toContainText("联系不上");
    await rep.context().close();
  });
});

test("a pool shows what would fall into it before its rule is saved", async ({ page, isMobile }) => {
  await page.goto("/settings/pools");
  await page.getByRole("button", { name: "编辑 客户公海" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "删除条件" }).first().click();
  await dialog.getByLabel("天数").fill("1");
  await dialog.getByRole("button", { name: "看看哪些会落入" }).click();
  await expect(dialog.getByText(/今晚 \d+ 条，期间共 [1-9]\d* 条/)).toBeVisible();
  await page.screenshot({ path: `test-results/pool-settings-${isMobile ? 390 : 1440}.png` });
  expect(await barriers(page)).toEqual([]);
});

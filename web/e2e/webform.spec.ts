import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { api, barriers, expect, signedIn, test, watch } from "./base";

// An administrator designs a form; a visitor, whom nobody knows, fills it in on a phone; the supervisor finds the lead.

test("a stranger becomes a lead", async ({ page, browser, baseURL }) => {
  test.setTimeout(90_000);
  await page.goto("/settings/web-forms");
  const { users } = await api<{ users: { id: string; login: string; name: string }[] }>(page, "GET", "/directory");
  const user = (login: string) => users.find((u) => u.login === login) as (typeof users)[number];
  const mark = `访客${Date.now() % 1e7}`;

  await page.getByRole("button", { name: "新建表单" }).click();
  await page.getByLabel(/^名称/).fill(mark);
  await page.getByLabel(/^标题/).fill("预约产品演示");
  await page.getByLabel(/^接收人/).selectOption(user("huangsiqi").id);
  await page.getByLabel("添加字段…").selectOption("email");
  await page.getByRole("button", { name: "上移邮箱" }).click();
  await page.getByLabel("“初步需求”的名称").fill("您想了解什么");
  const shown = page.frameLocator("iframe[title=预览]");
  await expect(shown.getByRole("heading", { name: "预约产品演示" })).toBeVisible();
  await expect(shown.locator("label")).toContainText(["公司名称", "联系人姓名", "联系电话", "邮箱", "您想了解什么"]);
  expect(await barriers(page)).toEqual([]);
  await page.getByRole("button", { name: "保存" }).click();
  const address = (await page.locator(".webform-copy a").textContent()) ?? "";
  expect(address).toMatch(/\/f\/[a-z2-7]{26}$/);
  await expect(page.locator(".webform-copy pre")).toContainText(`<iframe src="${address}"`);
  const [code] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "二维码 PNG" }).click()]);
  expect(await code.path()).toBeTruthy();

  const visitor = await browser.newContext({
    baseURL,
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
    locale: "zh-CN",
    storageState: { cookies: [], origins: [] },
  });
  const phone = await visitor.newPage();
  const faults = watch(phone);
  await phone.goto(address);
  await phone.waitForTimeout(2100); // as long as a person needs at least
  await phone.getByLabel(/^公司名称/).fill(`${mark}机械有限公司`);
  await phone.getByLabel(/^联系电话/).fill("很多");
  await phone.getByRole("button", { name: "提交" }).click();
  await expect(phone.getByRole("alert")).toHaveText("请检查标出的内容");
  await expect(phone.getByLabel(/^联系人姓名/)).toBeFocused();
  await expect(phone.getByLabel(/^公司名称/)).toHaveValue(`${mark}机械有限公司`);
  expect(await barriers(phone)).toEqual([]);
  expect(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await phone.getByLabel(/^联系人姓名/).fill("周敏");
  await phone.getByLabel(/^联系电话/).fill(`138${String(Date.now()).slice(-8)}`);
  await phone.getByLabel(/^您想了解什么/).fill("<b>两台</b> 五轴设备");
  await phone.getByLabel(/我已阅读并同意/).check();
  await expect(phone.locator("input[name=work]")).not.toHaveValue("", { timeout: 20_000 });
  await phone.getByRole("button", { name: "提交" }).click();
  await expect(phone.getByRole("heading", { name: "提交成功" })).toBeVisible();
  expect(await visitor.cookies()).toEqual([]);
  expect(faults).toEqual([]);
  await visitor.close();

  await api(page, "POST", `/users/${user("linxiaowen").id}/password`, { password: "Genjin-2026!ok" });
  const boss = await signedIn(browser, baseURL, "linxiaowen");
  await boss.goto("/review");
  await expect(boss.getByText(`${mark}机械有限公司`).first()).toBeVisible();
  await boss.context().close();

  await page.reload();
  await page.getByRole("button", { name: `编辑 ${mark}` }).click();
  await expect(page.getByRole("link", { name: `${mark}机械有限公司` })).toBeVisible();
});

test("a form stands on the page of another site", async ({ page, browser }, info) => {
  test.setTimeout(90_000);
  await page.goto("/settings/web-forms");
  const { users } = await api<{ users: { id: string; login: string }[] }>(page, "GET", "/directory");
  const mark = `嵌入${Date.now() % 1e7}`;
  let snippet = "";
  const site = createServer((_, response) => {
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
    response.end(`<!doctype html><html lang="zh"><title>华谷科技</title><h1>联系我们</h1>${snippet}<p>页脚</p></html>`);
  });
  await new Promise<void>((ready) => site.listen(0, "127.0.0.1", ready));
  const home = `http://localhost:${(site.address() as AddressInfo).port}`;
  try {
    const form = await api<{ id: string; public_name: string }>(page, "POST", "/web-forms", {
      name: mark,
      title: "预约产品演示",
      active: true,
      receiver_id: users.find((u) => u.login === "huangsiqi")?.id,
      origins: [home],
    });
    await page.reload();
    await page.getByRole("button", { name: `编辑 ${mark}` }).click();
    snippet = (await page.locator(".webform-copy pre").textContent()) ?? "";
    expect(snippet).toContain(form.public_name);

    const visitor = await browser.newContext({
      viewport: { width: 1000, height: 900 },
      locale: "zh-CN",
      storageState: { cookies: [], origins: [] },
    });
    const guest = await visitor.newPage();
    const faults = watch(guest);
    // The script that fits the frame comes after the form, as it may.
    await guest.route("**/embed.js", async (route) => {
      await new Promise((done) => setTimeout(done, 1500));
      await route.continue();
    });
    await guest.goto(home);
    const frame = guest.locator("iframe");
    const inside = guest.frameLocator("iframe");
    const height = async () => Math.round((await frame.boundingBox())?.height ?? 0);
    const wanted = () => inside.locator("body").evaluate((b) => Math.ceil(b.getBoundingClientRect().height));
    await expect(inside.getByRole("heading", { name: "预约产品演示" })).toBeVisible();
    await expect(async () => expect(await height()).toBe(await wanted())).toPass();
    const before = await height();
    expect(await inside.locator("html").evaluate((h) => h.scrollHeight <= h.clientHeight)).toBe(true);
    await guest.screenshot({ path: `test-results/webform-embedded-${info.project.name}.png`, fullPage: true });

    // What is wrong makes it longer, a narrow page too.
    await guest.waitForTimeout(600);
    await inside.getByRole("button", { name: "提交" }).click();
    await expect(inside.getByRole("alert")).toHaveText("请检查标出的内容");
    await expect(async () => {
      expect(await height()).toBe(await wanted());
      expect(await height()).toBeGreaterThan(before);
    }).toPass();
    await guest.setViewportSize({ width: 360, height: 800 });
    await expect(async () => expect(await height()).toBe(await wanted())).toPass();
    expect(await guest.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);

    await inside.getByLabel(/^公司名称/).fill(`${mark}机械有限公司`);
    await inside.getByLabel(/^联系人姓名/).fill("周敏");
    await inside.getByLabel(/^联系电话/).fill(`137${String(Date.now()).slice(-8)}`);
    await expect(inside.locator("input[name=work]")).not.toHaveValue("", { timeout: 20_000 });
    await inside.getByRole("button", { name: "提交" }).click();
    await expect(inside.getByRole("heading", { name: "提交成功" })).toBeVisible();
    await expect(async () => expect(await height()).toBe(await wanted())).toPass();
    expect(await height()).toBeLessThan(before);
    expect(await visitor.cookies()).toEqual([]);
    expect(faults).toEqual([]);

    // A site that the form does not name shows nothing of it.
    await guest.goto(home.replace("localhost", "127.0.0.1"));
    await expect(guest.getByRole("heading", { name: "联系我们" })).toBeVisible();
    await expect(inside.getByRole("button", { name: "提交" })).toHaveCount(0);
    await visitor.close();

    const { items } = await api<{ items: { company: string }[] }>(page, "GET", `/leads?q=${encodeURIComponent(mark)}`);
    expect(items.map((l) => l.company)).toEqual([`${mark}机械有限公司`]);
  } finally {
    site.close();
  }
});

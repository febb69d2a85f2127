import type { BrowserContext } from "@playwright/test";
import { api, expect, type Page, test } from "./base";

type Follow = { content: string };
const written = async (page: Page, customer: string) => {
  const filter = encodeURIComponent(
    JSON.stringify({
      and: [
        { field: "customer_id", op: "in", value: [customer] },
        { field: "state", op: "in", value: ["done"] }, // what is planned next comes with it
      ],
    }),
  );
  const { items } = await api<{ items: Follow[] }>(page, "GET", `/followups?filter=${filter}&fields=content&limit=200`);
  return items.map((x) => x.content);
};

/** The page of a customer of one's own making, kept for when there is no network. */
async function customerPage(page: Page, name: string): Promise<string> {
  await page.goto("/customers");
  const { id } = await api<{ id: string }>(page, "POST", "/customers", { name });
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.goto(`/customers/${id}`, { waitUntil: "networkidle" });
  await expect(page.getByRole("heading", { name })).toBeVisible();
  await page.waitForTimeout(4000); // what was answered is kept when the page is at rest
  return id;
}

async function writeDown(page: Page, text: string) {
  await page.getByRole("button", { name: "记跟进" }).first().tap();
  await page.getByText("有效沟通", { exact: true }).tap();
  await page.getByLabel("跟进内容").fill(text);
  await page.getByRole("button", { name: "保存跟进" }).tap();
  await expect(page.getByText("没有网络，已存在本机").first()).toBeVisible();
  await expect(page.getByRole("dialog")).toBeHidden();
}

/** Away from every mast; what fails meanwhile is the network's. */
const away = (context: BrowserContext, offline: boolean) => context.setOffline(offline);

test("without a network: three follow-ups are written, survive a reload, and arrive exactly once", async ({ browser, baseURL }) => {
  test.setTimeout(90_000);
  const { storageState, viewport, userAgent } = test.info().project.use;
  const context = await browser.newContext({ baseURL, storageState, viewport, userAgent, isMobile: true, hasTouch: true, locale: "zh-CN" });
  const page = await context.newPage();
  const id = await customerPage(page, `离线测试 ${Date.now()}`);
  const before = (await written(page, id)).length;
  await away(context, true);
  const texts = [1, 2, 3].map((n) => `地下车库里写的第 ${n} 条`);
  for (const text of texts) await writeDown(page, text);
  await expect(page.getByText("3 条跟进待提交")).toBeVisible();

  await page.reload();
  await expect(page.getByRole("heading", { name: /离线测试/ })).toBeVisible();
  await expect(page.getByText("3 条跟进待提交")).toBeVisible();
  await expect(page.locator(".event.pending")).toHaveCount(3);

  await away(context, false);
  await expect(page.getByText("3 条跟进已提交")).toBeVisible({ timeout: 45_000 });
  await expect(page.locator(".event.pending")).toHaveCount(0);
  await page.reload({ waitUntil: "networkidle" });
  const after = await written(page, id);
  expect(after).toHaveLength(before + 3);
  for (const text of texts) expect(after.filter((x) => x === text)).toHaveLength(1);
  await context.close();
});

test("an answer that is lost on the way does not double what was written", async ({ browser, baseURL }) => {
  test.setTimeout(90_000);
  const { storageState, viewport, userAgent } = test.info().project.use;
  const context = await browser.newContext({ baseURL, storageState, viewport, userAgent, isMobile: true, hasTouch: true, locale: "zh-CN" });
  const page = await context.newPage();
  const id = await customerPage(page, `断在半路 ${Date.now()}`);
  let lost = 0;
  await page.route("**/api/v1/followups", async (route) => {
    await route.fetch(); // the server has it; the answer gets lost
    lost++;
    await route.abort("connectionreset");
  });
  await writeDown(page, "答复丢了的一条");
  expect(lost).toBe(1);
  await page.unroute("**/api/v1/followups");
  await page.reload();
  await expect(page.getByText("1 条跟进已提交")).toBeVisible({ timeout: 20_000 });
  expect(await written(page, id)).toEqual(["答复丢了的一条"]);
  await context.close();
});

test("what the server refuses is shown, mended and sent", async ({ browser, baseURL }) => {
  test.setTimeout(90_000);
  const { storageState, viewport, userAgent } = test.info().project.use;
  const context = await browser.newContext({ baseURL, storageState, viewport, userAgent, isMobile: true, hasTouch: true, locale: "zh-CN" });
  const page = await context.newPage();
  const id = await customerPage(page, `被退回 ${Date.now()}`);
  await away(context, true);
  await page.getByRole("button", { name: "记跟进" }).first().tap();
  await page.getByText("有效沟通", { exact: true }).tap();
  await page.getByLabel("跟进内容").fill("时间写错的一条");
  await page.getByLabel(/^跟进时间/).fill("2099-01-01T09:00");
  await page.getByRole("button", { name: "保存跟进" }).tap();
  await expect(page.getByText("1 条跟进待提交")).toBeVisible();
  await away(context, false);
  await page
    .getByText(/1 条跟进(没有提交成功|待提交)/)
    .first()
    .waitFor();
  await expect(page.locator(".outbox-bar.bad")).toBeVisible({ timeout: 45_000 });
  expect(await written(page, id)).toEqual([]);
  await page.locator(".outbox-bar").tap();
  await page.getByRole("button", { name: "修改后提交" }).tap();
  await expect(page.getByLabel("跟进内容")).toHaveValue("时间写错的一条");
  await page
    .getByLabel(/^跟进时间/)
    .fill(await page.evaluate(() => new Date(Date.now() + 8 * 3600_000 - 60_000).toISOString().slice(0, 16)));
  await page.getByRole("button", { name: "保存跟进" }).tap();
  await expect(page.getByText("跟进已保存")).toBeVisible();
  await expect(page.locator(".outbox-bar")).toBeHidden();
  expect(await written(page, id)).toEqual(["时间写错的一条"]);
  await context.close();
});

test("the next user of a device sees nothing of the one before", async ({ browser, baseURL }) => {
  test.setTimeout(90_000);
  const { storageState, viewport, userAgent } = test.info().project.use;
  const context = await browser.newContext({ baseURL, storageState, viewport, userAgent, isMobile: true, hasTouch: true, locale: "zh-CN" });
  const page = await context.newPage();
  await customerPage(page, `只有我看得到 ${Date.now()}`);
  const kept = () =>
    page.evaluate(
      () =>
        new Promise<string[]>((ok) => {
          const open = indexedDB.open("genjin");
          open.onsuccess = () => {
            const all = open.result.transaction("answers").objectStore("answers").getAllKeys();
            all.onsuccess = () => {
              open.result.close();
              ok(all.result.map(String));
            };
          };
        }),
    );
  expect((await kept()).length).toBeGreaterThan(3);
  // Somebody else's session from now on, without a proper farewell.
  await context.clearCookies();
  await page.goto("/", { waitUntil: "networkidle" });
  await expect(page.getByRole("button", { name: "登录", exact: true })).toBeVisible();
  await expect.poll(async () => (await kept()).filter((k) => k !== "boot"), { timeout: 15_000 }).toEqual([]);
  await away(context, true);
  await page.reload();
  await expect(page.getByRole("button", { name: /重试|登录/ }).first()).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText("只有我看得到")).toHaveCount(0);
  await context.close();
});

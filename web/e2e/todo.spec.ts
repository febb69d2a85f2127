import { api, barriers, expect, type Page, test } from "./base";

const inDays = (n: number) => new Date(Date.now() + n * 86_400_000).toISOString();

/** A customer of one's own with a plan, the first of the list to be late. */
async function planned(page: Page, name: string, at: string): Promise<{ customer: string; plan: string }> {
  await page.goto("/todo");
  const customer = (await api<{ id: string }>(page, "POST", "/customers", { name, stage: "interested" })).id;
  const plan = await api<{ id: string }>(page, "POST", "/followups", {
    customer_id: customer,
    way: "visit",
    planned_at: at,
    purpose: `看${name}的新产线`,
    later_reason: "客户约的时间",
  });
  return { customer, plan: plan.id };
}
type Plan = { state: string; planned_at: string; postponed: number; first_planned_at: string; content: string; cancel_reason: string };
const get = (page: Page, id: string) => api<Plan>(page, "GET", `/followups/${id}`);
const row = (page: Page, name: string) => page.locator(".todo-row", { hasText: name }).filter({ hasText: "计划的跟进" });

test("a plan is postponed with a reason, and completed in the same list", async ({ page, isMobile }) => {
  const name = `延期测试${Date.now()}`;
  const { plan } = await planned(page, name, inDays(1));
  await page.goto("/todo");
  await expect(row(page, name).getByText(/还剩/)).toBeVisible();
  await row(page, name).getByRole("button", { name: "延期", exact: true }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByText("3 天后", { exact: true }).click();
  await sheet.getByText("客户出差", { exact: true }).click();
  expect(await barriers(page)).toEqual([]);
  await sheet.getByRole("button", { name: "延期", exact: true }).click();
  await expect(page.getByText(/已延期到/)).toBeVisible();
  await expect(row(page, name).getByText("已延期 1 次")).toBeVisible();
  expect(await get(page, plan)).toMatchObject({ state: "planned", postponed: 1, postpone_reason: "客户出差" });

  await row(page, name).getByRole("button", { name: "完成", exact: true }).click();
  await expect(sheet.getByText(`看${name}的新产线`)).toBeVisible();
  await sheet.getByText("有效沟通", { exact: true }).click();
  await sheet.getByLabel("跟进内容").fill("看了新产线，下周报价");
  if (isMobile) expect(await barriers(page)).toEqual([]);
  await sheet.getByRole("button", { name: "保存跟进" }).click();
  await expect(page.getByText("跟进已保存")).toBeVisible();
  expect(await get(page, plan)).toMatchObject({ state: "done", content: "看了新产线，下周报价", result: "effective" });
});

test("a plan is given up with a reason", async ({ page }) => {
  const name = `取消测试${Date.now()}`;
  const { plan } = await planned(page, name, inDays(1));
  await page.goto("/todo");
  await row(page, name)
    .getByRole("button", { name: /更多操作/ })
    .click();
  await page.getByRole("menuitem", { name: "取消这次跟进" }).click();
  await page.getByRole("dialog").getByText("客户取消", { exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "取消跟进" }).click();
  await expect(row(page, name)).toHaveCount(0);
  expect(await get(page, plan)).toMatchObject({ state: "cancelled", cancel_reason: "客户取消" });
});

test("planned on a customer's page, it stands on the timeline", async ({ page }) => {
  const name = `安排测试${Date.now()}`;
  const { customer } = await planned(page, name, inDays(1));
  await page.goto(`/customers/${customer}`);
  await page.locator(".c-acts").getByRole("button", { name: "更多" }).click();
  await page.getByRole("menuitem", { name: "安排跟进" }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByText("微信", { exact: true }).click();
  await sheet.getByText("3 天后", { exact: true }).click();
  await sheet.getByLabel("计划内容").fill("发样品照片");
  expect(await barriers(page)).toEqual([]);
  await sheet.getByRole("button", { name: "安排", exact: true }).click();
  await expect(page.getByText("已安排")).toBeVisible();
  await expect(page.locator(".event", { hasText: "发样品照片" }).getByText("已计划")).toBeVisible();
});

test("a supervisor sees the team's, and reminds", async ({ page }) => {
  await page.goto("/todo?scope=team");
  const first = page.locator(".todo-row").filter({ has: page.getByRole("button", { name: "催办" }) });
  await first.first().getByRole("button", { name: "催办" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "催办" }).click();
  await expect(page.getByText(/^已提醒/)).toBeVisible();
});

test("the workbench's cards are arranged, and stay so", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("button", { name: "调整工作台" }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByRole("checkbox", { name: "生日" }).uncheck();
  await sheet.getByRole("button", { name: "保存" }).click();
  await expect(sheet).toBeHidden();
  await page.reload({ waitUntil: "networkidle" });
  await expect(page.getByRole("heading", { name: "一周内的生日" })).toHaveCount(0);
  await page.getByRole("button", { name: "调整工作台" }).click();
  await page.getByRole("dialog").getByRole("checkbox", { name: "生日" }).check();
  await page.getByRole("dialog").getByRole("button", { name: "保存" }).click();
  await expect(page.getByRole("heading", { name: "一周内的生日" })).toBeVisible();
});

test("a plan is dragged to another day, with a reason; and moved in words", async ({ page, isMobile }) => {
  test.skip(isMobile, "there is nothing to drag on a phone");
  const name = `日历测试${Date.now()}`;
  const { plan } = await planned(page, name, inDays(1));
  const before = await get(page, plan);
  await page.goto("/calendar?view=month", { waitUntil: "networkidle" });
  const event = page.locator(".cal-event", { hasText: name });
  await event.dragTo(page.locator(".cal-cell").last());
  const sheet = page.getByRole("dialog");
  await sheet.getByText("客户没有时间", { exact: true }).click();
  await sheet.getByRole("button", { name: "延期", exact: true }).click();
  await expect(page.getByText(/已延期到/)).toBeVisible();
  const moved = await get(page, plan);
  expect(Date.parse(moved.planned_at)).toBeGreaterThan(Date.parse(before.planned_at));
  await page.locator(".cal-cell").last().locator(".cal-event", { hasText: name }).click();
  await sheet.getByRole("button", { name: "改到…" }).click();
  await expect(sheet.getByRole("heading", { name: /延期/ })).toBeVisible();
  expect(await barriers(page)).toEqual([]);
});

test("the same time is planned with many customers at once", async ({ page, isMobile }) => {
  test.skip(isMobile, "lists are chosen from at the desk");
  await page.goto("/customers", { waitUntil: "networkidle" });
  const rows = page.locator("tbody tr");
  for (const i of [0, 1]) await rows.nth(i).getByRole("checkbox").check();
  await page.getByRole("toolbar").getByRole("button", { name: "安排跟进" }).click();
  const sheet = page.getByRole("dialog");
  await expect(sheet.getByRole("heading", { name: "给 2 个客户安排跟进" })).toBeVisible();
  await sheet.getByLabel("计划内容").fill("新年问候");
  await sheet.getByRole("button", { name: "安排", exact: true }).click();
  await expect(page.getByText("已给 2 个客户安排跟进")).toBeVisible();
});

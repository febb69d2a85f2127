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

test("a supervisor sees the team's, and reminds", async ({ page, isMobile }) => {
  await page.goto("/todo?scope=team");
  const first = page.locator(".todo-row").first();
  if (isMobile) {
    await first.getByRole("button", { name: /更多操作/ }).click();
    await page.getByRole("menuitem", { name: "催办" }).click();
  } else await first.getByRole("button", { name: "催办" }).click();
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
  // As early as can be: a day's cell shows its first four.
  const tomorrow = new Date(Date.now() + 32 * 3_600_000).toISOString().slice(0, 10);
  const { plan } = await planned(page, name, `${tomorrow}T00:01:00+08:00`);
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

test("many that come later than the cadence are all told, and planned with a reason", async ({ page, isMobile }) => {
  test.skip(isMobile, "lists are chosen from at the desk");
  await page.goto("/todo");
  const name = `多户计划${Date.now()}`;
  for (const n of ["甲", "乙"]) await api(page, "POST", "/customers", { name: `${name}${n}`, stage: "interested" });
  await page.goto(`/customers?q=${name}`, { waitUntil: "networkidle" });
  const rows = page.locator("tbody tr");
  await expect(rows).toHaveCount(2);
  for (const i of [0, 1]) await rows.nth(i).getByRole("checkbox").check();
  await page.getByRole("toolbar").getByRole("button", { name: "安排跟进" }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByLabel("时间", { exact: true }).fill(`${new Date().getFullYear() + 1}-11-20T10:00`);
  await sheet.getByRole("button", { name: "安排", exact: true }).click();
  const reasons = sheet.getByRole("alert");
  await expect(reasons.getByRole("listitem")).toHaveText([new RegExp(`${name}.+周期`), new RegExp(`${name}.+周期`)]);
  expect(await barriers(page)).toEqual([]);
  await sheet.getByLabel("晚于跟进周期的原因").fill("客户停产大修");
  await sheet.getByRole("button", { name: "安排", exact: true }).click();
  await expect(page.getByText("已给 2 个客户安排跟进")).toBeVisible();
  await page.getByRole("button", { name: "撤销" }).click();
  await expect(page.getByText(/已撤销/)).toBeVisible();
});

test("colleagues talk about a follow-up under it", async ({ page }) => {
  await page.goto("/todo");
  const name = `评论测试${Date.now()}`;
  const { id } = await api<{ id: string }>(page, "POST", "/customers", { name, stage: "interested" });
  const { id: followup } = await api<{ id: string }>(page, "POST", "/followups", {
    customer_id: id,
    way: "call",
    content: `和${name}谈了交期`,
  });
  const colleague = (await api<{ users: { id: string; name: string; login: string }[] }>(page, "GET", "/directory")).users.find(
    (u) => u.login !== "admin",
  );
  await page.goto(`/customers/${id}`);
  const event = page.locator(".event", { hasText: "谈了交期" }).first();
  await event.getByRole("button", { name: "评论", exact: true }).click();
  await event.getByLabel("写评论").pressSequentially("交期再压两天 @");
  await page.getByRole("option", { name: colleague?.name }).first().click();
  await expect(event.getByLabel("写评论")).toHaveValue(`交期再压两天 @${colleague?.name} `);
  expect(await barriers(page)).toEqual([]);
  await event.getByRole("button", { name: "发表评论" }).click();
  await expect(event.getByRole("button", { name: "评论 1" })).toBeVisible();
  const filter = encodeURIComponent(JSON.stringify({ field: "followup_id", op: "is", value: followup }));
  const said = await api<{ items: { mention_ids: string[] }[] }>(page, "GET", `/comments?filter=${filter}`);
  expect(said.items.map((c) => c.mention_ids)).toEqual([[colleague?.id]]);

  await event.getByRole("button", { name: /更多操作/ }).click();
  await page.getByRole("menuitem", { name: "编辑" }).click();
  await event.getByLabel("写评论").first().fill("交期再压三天");
  await event.getByRole("button", { name: "保存" }).click();
  await expect(event.getByText("交期再压三天")).toBeVisible();
  await event.getByRole("button", { name: /更多操作/ }).click();
  await page.getByRole("menuitem", { name: "归档" }).click();
  await expect(event.getByText("交期再压三天")).toHaveCount(0);
});

test("a day's work is summed up by who did it, and commented by the supervisor", async ({ page }) => {
  await page.goto("/worklog");
  await page.getByRole("button", { name: /^(填写|编辑)$/ }).click();
  const sheet = page.getByRole("dialog");
  const text = `今天拜访了两家 ${Date.now()}`;
  await sheet.getByLabel("工作小结").fill(text);
  expect(await barriers(page)).toEqual([]);
  await sheet.getByRole("button", { name: "保存" }).click();
  await expect(page.locator(".worklog-sheet").getByText(text)).toBeVisible();

  const rep = (await api<{ users: { id: string; login: string }[] }>(page, "GET", "/directory")).users.find((u) => u.login !== "admin");
  await page.goto(`/worklog?user=${rep?.id}`);
  await page.getByRole("button", { name: /^(填写|编辑)$/ }).click();
  const word = `方向对，抓紧 ${Date.now()}`;
  await sheet.getByLabel("主管批注").fill(word);
  await sheet.getByRole("button", { name: "保存" }).click();
  await expect(page.locator(".worklog-sheet").getByText(word)).toBeVisible();
  expect(await barriers(page)).toEqual([]);
});

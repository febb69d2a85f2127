import { api, type Browser, barriers, expect, type Page, password, signedIn, test } from "./base";

// Two leads on their whole way, in the browsers of everybody who meets them, each promise read where the lead's page shows it:
// the first from the company's web site to a customer, the second back and forth until somebody else takes it from the pool.

type User = { id: string; login: string; name: string };
let users: User[] = [];
const user = (login: string) => users.find((u) => u.login === login) as User;

test.beforeEach(async ({ page }) => {
  test.setTimeout(90_000);
  await page.goto("/");
  users = (await api<{ users: User[] }>(page, "GET", "/directory")).users;
  for (const login of ["huangsiqi", "linxiaowen", "wangyutong"]) await api(page, "POST", `/users/${user(login).id}/password`, { password });
});

/** What a lead's page says of its promises: each station with what became of it, in the order of their start. */
async function promises(page: Page, expected: (string | RegExp)[]) {
  await page.reload();
  const shown = page.getByRole("region", { name: "时限" }).getByRole("listitem");
  await expect(shown).toHaveText(expected);
  await shown.first().scrollIntoViewIfNeeded();
}

const state = async (page: Page, id: string) => (await api<{ state: string }>(page, "GET", `/leads/${id}`)).state;

async function decide(boss: Page, id: string, isMobile: boolean) {
  await boss.goto(`/review?lead=${id}`);
  await expect(boss.locator(".review-card")).toBeVisible();
  return {
    card: boss.locator(".review-card"),
    /** It passes, and goes to the rep who knows them. */
    give: () =>
      boss
        .getByRole("button", { name: /^分配\s*给黄思琪/ })
        .first()
        .click(),
    /** A key on the desktop, a button under the thumb. */
    act: (key: string, button: string | RegExp) =>
      isMobile
        ? boss
            .getByRole("button", { name: button, exact: typeof button === "string" })
            .first()
            .click()
        : boss.keyboard.press(key),
  };
}

/** Somebody whom nobody knows, on a phone, fills in what a form asks. */
async function visit(browser: Browser, baseURL: string | undefined, address: string, typed: Record<string, string>) {
  const context = await browser.newContext({
    baseURL,
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
    locale: "zh-CN",
    storageState: { cookies: [], origins: [] },
  });
  const visitor = await context.newPage();
  await visitor.goto(address);
  for (const [label, value] of Object.entries(typed)) await visitor.getByLabel(new RegExp(`^${label}`)).fill(value);
  await visitor.waitForTimeout(2100); // as long as a person needs at least
  await expect(visitor.locator("input[name=work]")).not.toHaveValue("", { timeout: 20_000 });
  await visitor.getByRole("button", { name: "提交" }).click();
  await expect(visitor.getByRole("heading", { name: "提交成功" })).toBeVisible();
  await context.close();
}

test("from the company's web site to a customer, every promise kept", async ({ page, browser, baseURL, isMobile }, info) => {
  const mark = `${isMobile ? "手机" : "桌面"}${Date.now() % 1e7}`;
  const name = `${mark}自动化有限公司`;
  const form = await api<{ id: string }>(page, "POST", "/web-forms", {
    name: mark,
    title: "预约产品演示",
    active: true,
    receiver_id: user("huangsiqi").id,
  });
  const { address } = await api<{ address: string }>(page, "GET", `/web-forms/${form.id}/use`);
  const rep = await signedIn(browser, baseURL, "huangsiqi");
  const boss = await signedIn(browser, baseURL, "linxiaowen");

  await visit(browser, baseURL, address, {
    公司名称: name,
    联系人姓名: "周敏",
    联系电话: `138${String(Date.now()).slice(-8)}`,
    初步需求: "两台五轴加工中心",
  });

  // The supervisor is told of it, with the time there is for the review.
  await boss.goto("/notes");
  await boss.getByRole("button", { name: new RegExp(`请审核：${name}`) }).click();
  const id = await test.step("the review", async () => {
    await expect(boss.locator(".review-card").getByText(name)).toBeVisible();
    const found = await api<{ items: { id: string }[] }>(boss, "GET", `/leads?q=${encodeURIComponent(name)}`);
    const x = found.items[0]?.id ?? "";
    const { card, give } = await decide(boss, x, isMobile);
    await expect(card.getByText("48 小时")).toBeVisible();
    await boss.screenshot({ path: `test-results/walk-review-${info.project.name}.png` });
    if (isMobile) await boss.locator(".grade", { hasText: "A" }).click();
    else await boss.keyboard.press("1");
    await give();
    await expect(boss.getByText(`${name} 已通过，给黄思琪`)).toBeVisible();
    return x;
  });

  await test.step("a plan within its time, and the first contact within that of the grade", async () => {
    await rep.goto("/notes");
    await rep.getByRole("button", { name: new RegExp(`把线索分配给您：${name}`) }).click();
    await expect(rep).toHaveURL(new RegExp(`/leads/${id}`));
    await promises(rep, [/^线索登记及时/, /^线索审核及时/, "线索跟进计划还剩 12 小时", "线索首次联系还剩 24 小时"]);
    await rep.screenshot({ path: `test-results/walk-passed-${info.project.name}.png`, fullPage: true });
    await rep.goto("/todo");
    await expect(rep.locator(".todo-row", { hasText: name }).first()).toContainText(/12 小时|24 小时/);
    await rep.goto(`/leads/${id}`);
    await rep.locator(".lead-now").getByRole("button", { name: "安排跟进" }).click();
    const plan = rep.getByRole("dialog");
    await expect(plan.getByLabel("计划内容")).not.toHaveValue("");
    await plan.getByRole("button", { name: "安排", exact: true }).click();
    await expect(rep.getByText("已安排，等第一次联系")).toBeVisible();
    await promises(rep, [/^线索登记及时/, /^线索审核及时/, /^线索跟进计划及时/, "线索首次联系还剩 24 小时"]);
    await rep.locator(".lead-now").getByRole("button", { name: "记跟进" }).click();
    const sheet = rep.getByRole("dialog");
    await sheet.getByLabel("跟进内容").fill("下月初看样机，预算 380 万");
    await sheet.getByLabel("线索推进到").selectOption({ label: "需求明确" });
    await sheet.getByRole("button", { name: "保存跟进" }).click();
    await expect(rep.getByText("跟进已保存")).toBeVisible();
    await promises(rep, [/^线索登记及时/, /^线索审核及时/, /^线索跟进计划及时/, /^线索首次联系及时/]);
    expect(await barriers(rep)).toEqual([]);
  });

  await test.step("what was learned is written down", async () => {
    await rep.locator(".c-acts").getByRole("button", { name: "编辑" }).click();
    const dialog = rep.getByRole("dialog");
    await dialog.getByLabel(/^决策链/).fill("技术评估 → 财务审批 → 老板确认");
    await dialog.getByRole("button", { name: "保存" }).click();
    await expect(rep.getByRole("region", { name: "决策链" }).getByRole("listitem")).toHaveText([/技术评估$/, /财务审批$/, /老板确认$/]);
  });

  await test.step("it becomes a customer, whose own promise begins", async () => {
    await rep.locator(".c-acts").getByRole("button", { name: "转化为客户" }).click();
    await rep.getByRole("dialog").getByRole("button", { name: "转化", exact: true }).click();
    await expect(rep.getByText("已转化为客户，以后的跟进记在客户上")).toBeVisible();
    await rep.locator(".lead-now").getByRole("button", { name: "打开客户" }).click();
    await expect(rep.getByRole("heading", { name, level: 1 })).toBeVisible();
    await expect(rep.getByText("下月初看样机，预算 380 万").first()).toBeVisible();
    await rep.screenshot({ path: `test-results/walk-customer-${info.project.name}.png`, fullPage: true });
    const customer = await api<{ next_followup_at: string; owner_id: string }>(rep, "GET", `/customers/${rep.url().split("/").at(-1)}`);
    expect(customer.owner_id).toBe(user("huangsiqi").id);
    expect(Date.parse(customer.next_followup_at)).toBeGreaterThan(Date.now());
  });
  await rep.context().close();
  await boss.context().close();
});

test("sent back, supplemented, parked, invalid, and taken from the pool by somebody else", async ({
  page,
  browser,
  baseURL,
  isMobile,
}, info) => {
  const mark = `${isMobile ? "手机" : "桌面"}${Date.now() % 1e7}`;
  const name = `${mark}模具厂`;
  const pool = await api<{ id: string; version: number }>(page, "POST", "/pools", {
    name: `线索池 ${mark}`,
    holds: "lead",
    member_ids: [user("huangsiqi").id, user("wangyutong").id],
  });
  const rep = await signedIn(browser, baseURL, "huangsiqi");
  const boss = await signedIn(browser, baseURL, "linxiaowen");

  // A card from a fair three days ago, without a number: registered late.
  const { id } = await api<{ id: string }>(rep, "POST", "/leads", {
    company: name,
    contact_name: "何工",
    source: "fair",
    acquired_at: new Date(Date.now() - 3 * 86_400_000).toISOString(),
  });
  await rep.goto(`/leads/${id}`);
  await expect(rep.locator(".c-head").getByText("补录")).toBeVisible();
  await promises(rep, ["线索登记超时 2 天", "线索审核还剩 48 小时"]);

  await test.step("sent back, and supplemented within a day", async () => {
    const { act } = await decide(boss, id, isMobile);
    await act("r", "退回");
    if (isMobile) await boss.getByRole("dialog").getByRole("button", { name: "退回补充" }).click();
    else await boss.keyboard.press("Enter");
    await expect(boss.getByText(`${name} 已退回补充`)).toBeVisible();
    await promises(rep, ["线索登记超时 2 天", /^线索审核及时/, "线索补充还剩 24 小时"]);
    await rep.getByLabel(/^联系电话/).fill("13961234434");
    await rep.getByRole("button", { name: "重新提交" }).click();
    await expect(rep.getByText("等林晓雯审核")).toBeVisible();
    await promises(rep, ["线索登记超时 2 天", /^线索审核及时/, /^线索补充及时/, "线索审核还剩 48 小时"]);
  });

  await test.step("parked until a day, and taken up again", async () => {
    const { act } = await decide(boss, id, isMobile);
    await act("p", "暂缓");
    await act("1", /^1 周后/);
    await expect(boss.getByText(new RegExp(`${name} 暂不跟进`))).toBeVisible();
    await boss.goto(`/leads/${id}`);
    await promises(boss, ["线索登记超时 2 天", /^线索审核及时/, /^线索补充及时/, /^线索审核及时/, /^暂缓线索再次跟进还剩 [78] 天/]);
    await boss.screenshot({ path: `test-results/walk-parked-${info.project.name}.png`, fullPage: true });
    await boss.locator(".lead-now").getByRole("button", { name: "重新审核" }).click();
    await expect(boss.getByText("已提交审核")).toBeVisible();
    expect(await state(boss, id)).toBe("pending");
  });

  await test.step("invalid with its reason, and valid after all", async () => {
    const { act } = await decide(boss, id, isMobile);
    await act("x", "无效");
    await act("1", "空号或错号");
    await expect(boss.getByText(`${name} 已标为无效`)).toBeVisible();
    expect(await state(boss, id)).toBe("invalid");
    await boss.goto(`/leads/${id}`);
    await expect(boss.locator(".c-head").getByText("无效")).toBeVisible();
    await boss.screenshot({ path: `test-results/walk-invalid-${info.project.name}.png`, fullPage: true });
    await boss.locator(".lead-now").getByRole("button", { name: "重新审核" }).click();
    await expect(boss.getByText("已提交审核")).toBeVisible();
    const { give } = await decide(boss, id, isMobile);
    await give();
    await expect(boss.getByText(`${name} 已通过，给黄思琪`)).toBeVisible();
  });

  await test.step("given into the pool, and taken by somebody else", async () => {
    await rep.goto(`/leads/${id}`);
    await rep.locator(".c-acts").getByRole("button", { name: "更多", exact: true }).click();
    await rep.getByRole("menuitem", { name: "放入公海" }).click();
    const dialog = rep.getByRole("dialog");
    await dialog.getByLabel("公海").selectOption({ label: `线索池 ${mark}` });
    await dialog.getByLabel("原因").fill("不在我的区域");
    await dialog.getByRole("button", { name: "放入公海" }).click();
    await expect(dialog).toHaveCount(0);
    const other = await signedIn(browser, baseURL, "wangyutong");
    await other.goto("/pools");
    await other.getByRole("tab", { name: new RegExp(`线索池 ${mark}`) }).click();
    await expect(other.getByRole("listitem").filter({ hasText: name })).toContainText("不在我的区域");
    await other.screenshot({ path: `test-results/walk-pool-${info.project.name}.png` });
    await other.getByRole("button", { name: `领取 ${name}` }).click();
    await expect(other.getByText(`已领取：${name}`)).toBeVisible();
    expect(await api<object>(other, "GET", `/leads/${id}`)).toMatchObject({ state: "todo", owner_id: user("wangyutong").id });
    await other.goto(`/leads/${id}`);
    await expect(other.getByRole("region", { name: "时限" }).getByText(/还剩 12 小时/)).toBeVisible(); // a plan, anew
    await other.context().close();
  });
  await api(page, "DELETE", `/pools/${pool.id}`, { version: pool.version });
  await rep.context().close();
  await boss.context().close();
});

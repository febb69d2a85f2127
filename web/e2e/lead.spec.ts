import { api, barriers, expect, type Page, password, signedIn, test } from "./base";

// A lead on its whole way, in the browsers of a rep and of the supervisor above them: registered, sent back, supplemented,
// passed, planned, met, converted and taken back. Deciding about a lead takes two actions at most.

type Lead = {
  state: string;
  grade: string;
  owner_id: string;
  returns: number;
  customer_id: string;
  park_until: string;
  invalid_reason: string;
};

/** Counts what a hand does. */
function counting(page: Page) {
  let n = 0;
  return {
    press: async (key: string) => {
      n++;
      await page.keyboard.press(key);
    },
    tap: async (name: string | RegExp, exact = true) => {
      n++;
      await page.getByRole("button", { name, exact }).first().click();
    },
    /** How many since it was last asked. */
    count: () => {
      const was = n;
      n = 0;
      return was;
    },
  };
}

test("a lead's way from its registration to a customer and back", async ({ page, browser, baseURL, isMobile }) => {
  test.setTimeout(90_000);
  await page.goto("/");
  const { users } = await api<{ users: { id: string; login: string; name: string }[] }>(page, "GET", "/directory");
  const user = (login: string) => users.find((u) => u.login === login) as (typeof users)[number];
  for (const login of ["huangsiqi", "linxiaowen"])
    await api(page, "POST", `/users/${user(login).id}/password`, { password: "Genjin-2026!ok" });
  const rep = await signedIn(browser, baseURL, "huangsiqi");
  const boss = await signedIn(browser, baseURL, "linxiaowen");
  const hand = counting(boss);
  const mark = `${isMobile ? "手机" : "桌面"}${Date.now() % 1e7}`;
  const name = `${mark}智能装备`;
  const get = async (id: string) => api<Lead>(boss, "GET", `/leads/${id}`);
  const register = async (company: string, more: object = {}) =>
    (await api<{ id: string }>(rep, "POST", "/leads", { company, contact_name: "王工", phone: "13900001111", source: "website", ...more }))
      .id;

  // The rep registers a lead within a minute; of a phone they know nothing yet.
  if (isMobile) {
    await rep.getByRole("button", { name: "新建", exact: true }).click();
    await rep.getByRole("dialog").getByRole("button", { name: "新建线索" }).click();
  } else {
    await rep.goto("/leads");
    await rep.getByRole("button", { name: "新建线索" }).first().click();
  }
  const form = rep.getByRole("dialog");
  await form.getByLabel(/^公司名称/).fill(name);
  await form.getByLabel(/^联系人姓名/).fill("孙浩");
  await form.getByRole("combobox", { name: /^线索来源/ }).fill("展会");
  await rep.getByRole("option", { name: "展会" }).click();
  await form.getByLabel(/^初步需求/).fill("两条线的视觉检测");
  expect(await barriers(rep)).toEqual([]);
  await form.getByRole("button", { name: "保存" }).click();
  await rep.getByRole("status").getByRole("button", { name: "打开" }).click();
  await expect(rep.getByRole("heading", { name, level: 1 })).toBeVisible();
  const id = rep.url().split("/").at(-1) as string;
  await expect(rep.getByText("等林晓雯审核")).toBeVisible();

  // The supervisor sends it back: what it lacks is chosen already.
  const open = async (of: string) => {
    await boss.goto(`/review?lead=${of}`);
    await expect(boss.locator(".review-card")).toBeVisible();
  };
  const shown = (company: string) => boss.getByRole("article", { name: company, exact: true });
  await open(id);
  await expect(shown(name).getByText("缺联系电话")).toBeVisible();
  expect(await barriers(boss)).toEqual([]);
  if (isMobile) {
    await hand.tap("退回");
    await expect(boss.getByRole("dialog").getByLabel("联系电话")).toBeChecked();
    expect(await barriers(boss)).toEqual([]);
    await hand.tap("退回补充");
  } else {
    await hand.press("r");
    await expect(boss.getByLabel("联系电话")).toBeChecked();
    await hand.press("Enter");
  }
  expect(hand.count()).toBeLessThanOrEqual(2);
  await expect(boss.getByText(`${name} 已退回补充`)).toBeVisible();
  await expect(shown(name)).toBeHidden();

  // The rep fills it in where it says so, and resubmits.
  await rep.goto("/todo");
  await rep.locator(".todo-row", { hasText: name }).getByRole("link", { name: "去补充" }).click();
  await rep.getByLabel(/^联系电话/).fill("13961234434");
  expect(await barriers(rep)).toEqual([]);
  await rep.getByRole("button", { name: "重新提交" }).click();
  await expect(rep.getByText("等林晓雯审核")).toBeVisible();
  expect(await get(id)).toMatchObject({ state: "pending", returns: 1 });

  // It passes and stays with the rep who knows them.
  await open(id);
  await expect(shown(name).getByText("重新提交")).toBeVisible();
  await hand.tap(/^分配\s*给黄思琪/, false);
  expect(hand.count()).toBe(1);
  await expect(boss.getByText(`${name} 已通过，给黄思琪`)).toBeVisible();
  expect(await get(id)).toMatchObject({ state: "todo", owner_id: user("huangsiqi").id });

  // Another passes as proposed by one act, which is taken back and done again; one is parked, one is invalid.
  const quick = await register(`${mark}按建议`);
  await open(quick);
  const pass = async () => (isMobile ? hand.tap(/^通过 · C 级/, false) : hand.press("a"));
  await pass();
  expect(hand.count()).toBe(1);
  await expect(boss.getByText(`${mark}按建议 已通过`)).toBeVisible();
  expect((await get(quick)).state).toBe("todo");
  if (isMobile) await boss.getByRole("status").getByRole("button", { name: "撤销" }).last().click();
  else await boss.keyboard.press("z");
  await expect(shown(`${mark}按建议`)).toBeVisible();
  expect((await get(quick)).state).toBe("pending");
  hand.count();
  // Graded otherwise, it takes one act more.
  if (isMobile) await boss.locator(".grade", { hasText: "B" }).click();
  else await hand.press("2");
  await (isMobile ? hand.tap(/^通过 · B 级/, false) : hand.press("a"));
  expect(hand.count()).toBeLessThanOrEqual(2);
  await expect.poll(async () => (await get(quick)).grade).toBe("B");

  const parked = await register(`${mark}暂缓`);
  await open(parked);
  await (isMobile ? hand.tap("暂缓") : hand.press("p"));
  await (isMobile ? hand.tap(/^1 个月后/, false) : hand.press("3"));
  expect(hand.count()).toBe(2);
  await expect.poll(async () => (await get(parked)).state).toBe("parked");
  expect((await get(parked)).park_until).not.toBe("");

  const invalid = await register(`${mark}无效`);
  await open(invalid);
  await (isMobile ? hand.tap("无效") : hand.press("x"));
  await (isMobile ? hand.tap("空号或错号") : hand.press("1"));
  expect(hand.count()).toBe(2);
  await expect.poll(async () => get(invalid)).toMatchObject({ state: "invalid", invalid_reason: "wrong_number" });

  // Who decides second is told who was first, and the card is gone.
  const both = await register(`${mark}同时`);
  await open(both);
  await api(page, "POST", "/leads/review", { ids: [both], result: "pass" });
  await pass();
  await expect(boss.getByText(/赵敏/).last()).toBeVisible();
  await expect(shown(`${mark}同时`)).toBeHidden();

  // The rep plans the first touch: the way and what to learn are proposed by the source.
  await rep.goto(`/leads/${id}`);
  await rep.locator(".lead-now").getByRole("button", { name: "安排跟进" }).click();
  const plan = rep.getByRole("dialog");
  await expect(plan.getByRole("radio", { name: "电话" })).toBeChecked();
  await expect(plan.getByLabel("计划内容")).toHaveValue(/采购时间表/);
  await plan.getByRole("button", { name: "安排", exact: true }).click();
  await expect(rep.getByText("已安排，等第一次联系")).toBeVisible();

  // The first contact is written down, and brings it on.
  await rep.locator(".lead-now").getByRole("button", { name: "记跟进" }).click();
  const sheet = rep.getByRole("dialog");
  await sheet.getByLabel("跟进内容").fill("节拍 6 秒，预算 38 万");
  await sheet.getByLabel("线索推进到").selectOption({ label: "需求明确" });
  await sheet.getByRole("button", { name: "保存跟进" }).click();
  await expect(rep.getByText("跟进已保存")).toBeVisible();
  await expect(rep.locator(".timeline").getByText("节拍 6 秒，预算 38 万")).toBeVisible();
  await expect.poll(async () => (await get(id)).state).toBe("need");
  expect(await barriers(rep)).toEqual([]);

  // It becomes a customer with all that happened, and is taken back.
  await rep.locator(".c-acts").getByRole("button", { name: "转化为客户" }).click();
  await expect(rep.getByRole("dialog").getByText("新建客户")).toBeVisible();
  expect(await barriers(rep)).toEqual([]);
  await rep.getByRole("dialog").getByRole("button", { name: "转化", exact: true }).click();
  await expect(rep.getByText("已转化为客户，以后的跟进记在客户上")).toBeVisible();
  const { customer_id } = await get(id);
  await rep.locator(".lead-now").getByRole("button", { name: "打开客户" }).click();
  await expect(rep).toHaveURL(new RegExp(customer_id));
  await expect(rep.getByText("节拍 6 秒，预算 38 万").first()).toBeVisible();
  await rep.goBack();
  await rep.getByRole("button", { name: "撤销转化" }).first().click();
  await expect(rep.getByText("已撤销转化")).toBeVisible();
  expect(await get(id)).toMatchObject({ state: "need", customer_id: "" });
  await rep.context().close();
  await boss.context().close();
});

test("forty leads from a fair are reviewed with at most two actions each", async ({ page, browser, baseURL, isMobile }) => {
  test.setTimeout(120_000);
  await page.goto("/");
  const { users } = await api<{ users: { id: string; login: string }[] }>(page, "GET", "/directory");
  const boss = users.find((u) => u.login === "linxiaowen")?.id;
  const rep = users.find((u) => u.login === "huangsiqi")?.id;
  await api(page, "POST", `/users/${boss}/password`, { password });
  const mark = `${isMobile ? "手机" : "桌面"}展会${Date.now() % 1e7}`;
  for (let i = 0; i < 40; i++)
    await api(page, "POST", "/leads", {
      company: `${mark}第${i + 1}家`,
      contact_name: "王工",
      phone: i % 8 === 3 ? "" : `135${String(Date.now() + i * 1000).slice(-8)}`, // some cards bear no number
      source: "fair",
      owner_id: rep,
    });
  const desk = await signedIn(browser, baseURL, "linxiaowen");
  const hand = counting(desk);
  const waiting = async () => (await api<{ total: number }>(desk, "GET", "/lead-queue?limit=1")).total;
  const before = await waiting();
  expect(before).toBeGreaterThanOrEqual(40);
  await desk.goto("/review");
  const card = desk.locator(".review-card");
  for (let i = 0; i < 40; i++) {
    const name = (await card.getByRole("heading").first().textContent()) ?? "";
    if (await desk.getByRole("article", { name, exact: true }).getByText(/^缺/).count()) {
      await (isMobile ? hand.tap("退回") : hand.press("r"));
      await (isMobile ? hand.tap("退回补充") : hand.press("Enter"));
    } else if (i % 5 === 4) {
      await (isMobile ? hand.tap("无效") : hand.press("x"));
      await (isMobile ? hand.tap("空号或错号") : hand.press("1"));
    } else await (isMobile ? hand.tap(/^通过 · [ABC] 级/, false) : hand.press("a"));
    expect(hand.count()).toBeLessThanOrEqual(2);
    // The next is there at once.
    if (i < before - 1) await expect(card.getByRole("heading").first()).not.toHaveText(name);
  }
  await expect.poll(waiting).toBe(before - 40);
  await desk.context().close();
});

test("many leads are decided about at once, in the queue and in the list", async ({ page, browser, baseURL, isMobile }) => {
  await page.goto("/");
  const { users } = await api<{ users: { id: string; login: string; name: string }[] }>(page, "GET", "/directory");
  const boss = users.find((u) => u.login === "linxiaowen");
  const rep = users.find((u) => u.login === "huangsiqi");
  await api(page, "POST", `/users/${boss?.id}/password`, { password });
  const mark = `${isMobile ? "手机" : "桌面"}批量${Date.now() % 1e7}`;
  const names = Array.from({ length: 6 }, (_, i) => `${mark}第${i + 1}家`);
  const ids: string[] = [];
  for (const [i, company] of names.entries()) {
    const phone = `136${String(Date.now() + i * 1000).slice(-8)}`;
    const lead = { company, contact_name: "孙工", phone, source: "referral", owner_id: rep?.id };
    ids.push((await api<{ id: string }>(page, "POST", "/leads", lead)).id);
  }
  const desk = await signedIn(browser, baseURL, "linxiaowen");
  const states = async (...which: number[]) => {
    const found: string[] = [];
    for (const i of which) found.push((await api<Lead>(desk, "GET", `/leads/${ids[i]}`)).state);
    return found;
  };
  const before = await states(0, 1);
  await desk.goto("/review");
  await desk.getByLabel("来源").selectOption("referral");
  if (isMobile) await desk.getByRole("button", { name: "列表", exact: true }).click();
  const queue = desk.getByRole("region", { name: "待审线索" });
  const choose = async (...which: number[]) => {
    for (const i of which) await queue.getByRole("checkbox", { name: `选择 ${names[i]}` }).check();
    return desk.getByRole("toolbar", { name: `已选 ${which.length} 条` });
  };

  // To one person, and taken back.
  let bar = await choose(0, 1);
  expect(await barriers(desk)).toEqual([]);
  await desk.screenshot({ path: `test-results/review-many-${test.info().project.name}.png` });
  await bar.getByRole("button", { name: "通过并给…" }).click();
  await desk.getByRole("option", { name: rep?.name }).click();
  await expect(desk.getByText("已通过 2 条")).toBeVisible();
  await expect(queue.getByText(names[0] ?? "")).toBeHidden();
  expect(await states(0, 1)).toEqual(["todo", "todo"]);
  await desk.getByRole("button", { name: "撤销" }).click();
  await expect(queue.getByText(names[0] ?? "")).toBeVisible();
  expect(await states(0, 1)).toEqual(before);

  // Sent back for what is chosen.
  bar = await choose(0, 1);
  await bar.getByRole("button", { name: "退回补充" }).click();
  const panel = desk.locator(".review-panel");
  await expect(panel.getByLabel("需求", { exact: true })).toBeChecked();
  await panel.getByLabel("审核意见").fill("请问清楚要什么");
  await panel.getByRole("button", { name: "退回补充" }).click();
  await expect(desk.getByText("已退回 2 条")).toBeVisible();
  expect(await states(0, 1)).toEqual(["returned", "returned"]);

  // Put aside, and as the rules say.
  bar = await choose(2);
  await bar.getByRole("button", { name: "暂不跟进" }).click();
  await panel.getByRole("button", { name: /^1 个月后/ }).click();
  await expect(desk.getByText("已暂缓 1 条")).toBeVisible();
  bar = await choose(3);
  await bar.getByRole("button", { name: "按建议通过" }).click();
  await expect(desk.getByText("已通过 1 条")).toBeVisible();
  expect(await states(2, 3)).toEqual(["parked", "todo"]);
  expect((await api<Lead>(desk, "GET", `/leads/${ids[3]}`)).owner_id).not.toBe("");

  // In the list, where the rest is found.
  if (!isMobile) {
    await desk.goto(`/leads?filter=${encodeURIComponent(JSON.stringify({ field: "company", op: "contains", value: mark }))}`);
    for (const i of [4, 5]) await desk.getByRole("row", { name: names[i] }).getByRole("checkbox").check();
    await desk.getByRole("button", { name: "审核", exact: true }).click();
    await desk.getByRole("button", { name: "无效", exact: true }).click();
    await panel.getByRole("button", { name: "空号或错号" }).click();
    await expect(desk.getByText("已处理 2 条")).toBeVisible();
    expect(await states(4, 5)).toEqual(["invalid", "invalid"]);
  }
  await desk.context().close();
});

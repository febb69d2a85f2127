import { api, expect, password, signedIn, test } from "./base";

// A day of a rep and of the supervisor above them, in two browsers at once: what the one leaves open, the other sees.

const inHours = (n: number) => new Date(Date.now() + n * 3_600_000).toISOString();

test("a rep's day, and the supervisor's", async ({ page, browser, baseURL, isMobile }) => {
  await page.goto("/");
  const { users } = await api<{ users: { id: string; login: string }[] }>(page, "GET", "/directory");
  for (const login of ["huangsiqi", "linxiaowen"])
    await api(page, "POST", `/users/${users.find((u) => u.login === login)?.id}/password`, { password });
  const rep = await signedIn(browser, baseURL, "huangsiqi");
  const name = `一天的客户${Date.now()}`;
  const customer = await api<{ id: string }>(rep, "POST", "/customers", { name, stage: "interested" });
  await api(rep, "POST", "/followups", { customer_id: customer.id, way: "call", planned_at: inHours(1), purpose: "确认报价" });
  const plan = (of: typeof rep) => of.locator(".todo-row", { hasText: name }).filter({ hasText: "计划的跟进" });

  // In the morning: what is to be done, in order; the first of it is done, with what is next in the same form.
  await rep.goto("/todo");
  await expect(plan(rep).getByText(/还剩/)).toBeVisible();
  await plan(rep).getByRole("button", { name: "完成", exact: true }).click();
  const sheet = rep.getByRole("dialog");
  await sheet.getByText("要报价", { exact: true }).click();
  await sheet.getByLabel("跟进内容").fill("周五前要报价");
  await sheet.getByText("明天", { exact: true }).click();
  await sheet.getByRole("button", { name: "保存跟进" }).click();
  await expect(rep.getByText("跟进已保存")).toBeVisible();
  await rep.reload();
  await expect(plan(rep)).toHaveCount(1);

  // The supervisor sees what is open in the team, and reminds; the rep hears of it in the page that is open.
  const boss = await signedIn(browser, baseURL, "linxiaowen");
  const rep1 = users.find((u) => u.login === "huangsiqi")?.id;
  await boss.goto(`/todo?scope=team&user=${rep1}`);
  await expect(plan(boss)).toHaveCount(1);
  const listening = rep.waitForResponse((r) => r.url().includes("/api/v1/events"));
  await rep.reload();
  await listening;
  if (isMobile) {
    await plan(boss)
      .getByRole("button", { name: /更多操作/ })
      .click();
    await boss.getByRole("menuitem", { name: "催办" }).click();
  } else await plan(boss).getByRole("button", { name: "催办" }).click();
  await boss.getByRole("dialog").getByRole("button", { name: "催办" }).click();
  await expect(rep.locator(".popup").filter({ hasText: name })).toBeVisible({ timeout: 5000 });

  // In the evening: the day sums itself up, and counts for how timely it was.
  await rep.goto("/worklog");
  await expect(rep.getByText("周五前要报价").first()).toBeVisible();
  await boss.goto("/timeliness");
  await expect(boss.getByRole("link", { name: "黄思琪" }).first()).toBeVisible();
  await rep.context().close();
  await boss.context().close();
});

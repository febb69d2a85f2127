import { api, barriers, expect, test } from "./base";

// What is said to leads: kept among the rules, proposed where a first contact is planned.

test("talk points come into the plan by a tap each, or all", async ({ page, isMobile }) => {
  await page.goto("/");
  const me = await api<{ id: string }>(page, "GET", "/me");
  const { id } = await api<{ id: string }>(page, "POST", "/leads", {
    company: `${isMobile ? "手机" : "桌面"}话术${Date.now() % 1e7}`,
    contact_name: "王工",
    phone: "13900002222",
    source: "referral",
  });
  await api(page, "POST", "/leads/review", { ids: [id], result: "pass", grade: "B", owner_id: me.id });
  await page.goto(`/leads/${id}`);
  await page.locator(".lead-now").getByRole("button", { name: "安排跟进" }).click();
  const plan = page.getByRole("dialog");
  await expect(plan.getByRole("radio", { name: "拜访" })).toBeChecked();
  const purpose = plan.getByLabel("计划内容");
  await expect(purpose).toHaveValue(/采购时间表$/);
  const point = plan.getByRole("button", { name: /说明是谁介绍的/ });
  await point.click();
  await expect(purpose).toHaveValue(/采购时间表\n先说明是谁介绍的.*$/);
  await point.click();
  await expect(purpose).toHaveValue(/采购时间表$/);
  await plan.getByRole("button", { name: "全部加入" }).click();
  await expect(plan.getByRole("button", { name: "全部加入" })).toBeDisabled();
  await expect(plan.getByText("30 分钟前")).toBeVisible();
  expect(await barriers(page)).toEqual([]);
  await plan.getByRole("button", { name: "安排", exact: true }).click();
  await expect(page.getByText("已安排，等第一次联系")).toBeVisible();
  const filter = encodeURIComponent(JSON.stringify({ field: "lead_id", op: "is", value: id }));
  const { items } = await api<{ items: { way: string; purpose: string; remind: string[] }[] }>(page, "GET", `/followups?filter=${filter}`);
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({ way: "visit", remind: ["30"] });
  expect(items[0]?.purpose.split("\n").length).toBeGreaterThan(3);
});

test("talk tracks are added, moved and given up; what is wrong is said in words", async ({ page, isMobile }) => {
  const name = `${isMobile ? "手机" : "桌面"}话术${Date.now() % 1e7}`;
  await page.goto("/settings/leads");
  const box = page.locator(".talks");
  const dialog = page.getByRole("dialog");
  await box.getByRole("button", { name: "加一条话术" }).click();
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(dialog.getByText("必填")).toBeVisible();
  await dialog.getByLabel("名称").fill(name);
  await dialog.getByLabel("说什么、问什么").fill("先问好\n\n再问需求");
  expect(await barriers(page)).toEqual([]);
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(dialog).toBeHidden();
  const row = box.getByRole("listitem").filter({ hasText: name });
  await expect(row).toContainText("所有线索");
  await expect(row).toContainText("2 条要点");
  await row.getByRole("button", { name: `${name} 的更多操作` }).click();
  await page.getByRole("menuitem", { name: `上移 ${name}` }).click();
  await expect(box.getByRole("listitem").nth(-2)).toContainText(name);
  await row.getByRole("button", { name: `${name} 的更多操作` }).click();
  await page.getByRole("menuitem", { name: `移除 ${name}` }).click();
  await expect(row).toBeHidden();
  await page.getByRole("status").getByRole("button", { name: "撤销" }).last().click();
  await expect(row).toBeVisible();
  await box.getByRole("button", { name: "恢复内置话术" }).click();
  await expect(row).toBeHidden();
});

test("a lead that is won after it became a customer wins the customer, and both are taken back", async ({ page, isMobile }) => {
  await page.goto("/");
  const me = await api<{ id: string }>(page, "GET", "/me");
  const company = `${isMobile ? "手机" : "桌面"}成交${Date.now() % 1e7}`;
  const { id } = await api<{ id: string }>(page, "POST", "/leads", { company, contact_name: "王工", phone: "13900003333", source: "fair" });
  await api(page, "POST", "/leads/review", { ids: [id], result: "pass", grade: "B", owner_id: me.id });
  const { customer_id } = await api<{ customer_id: string }>(page, "POST", `/leads/${id}/convert`, {});
  const stage = async () => (await api<{ stage: string }>(page, "GET", `/customers/${customer_id}`)).stage;
  await page.goto(`/leads/${id}`);
  await page.locator(".stage-chip").first().click();
  await expect(page.getByRole("menuitem", { name: "无效" })).toBeHidden();
  await page.getByRole("menuitem", { name: "成交" }).click();
  const sheet = page.getByRole("dialog");
  await expect(sheet.getByText(`客户 ${company} 的阶段也改为成交`)).toBeVisible();
  await sheet.getByRole("button", { name: "确定" }).click();
  await expect(page.locator(".stage-chip").first()).toHaveText("成交");
  expect(await stage()).toBe("won");
  await page.getByRole("status").getByRole("button", { name: "撤销" }).last().click();
  await expect(page.locator(".stage-chip").first()).toHaveText("跟进中");
  expect(await stage()).toBe("interested");
});

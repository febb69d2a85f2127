import { api, barriers, expect, type Page, password, signedIn, test } from "./base";

// What one person does reaches another's open page by itself; how it reaches them is theirs to choose.

type Todo = { items: { id: string; path: string; owner: { id: string } }[] };
type People = { users: { id: string; login: string }[] };

/** Something open of somebody else, and who that is. */
async function someDuty(page: Page) {
  const { users } = await api<People>(page, "GET", "/directory");
  const { items } = await api<Todo>(page, "GET", "/todo?scope=team&limit=100");
  const me = await api<{ id: string }>(page, "GET", "/me");
  const duty = items.find((d) => d.owner.id !== me.id);
  const owner = users.find((u) => u.id === duty?.owner.id);
  if (!duty || !owner) throw new Error("the sample data has nothing to do for anybody else");
  await api(page, "POST", `/users/${owner.id}/password`, { password });
  return { duty, login: owner.login };
}

test("a nudge pops up in the open page of whom it is for", async ({ page, browser, baseURL, isMobile }) => {
  await page.goto("/");
  const { duty, login } = await someDuty(page);
  const theirs = await signedIn(browser, baseURL, login);
  const listening = theirs.waitForResponse((r) => r.url().includes("/api/v1/events"));
  await theirs.reload();
  await listening;
  const text = `今天务必联系 ${Date.now()}`;
  await api(page, "POST", `/todo/${duty.id}/nudge`, { text });
  const popup = theirs.locator(".popup").filter({ hasText: text });
  await expect(popup).toBeVisible({ timeout: 3000 });
  await expect(popup).toHaveCount(1);
  await expect(theirs.locator(".bell-count")).toBeVisible();
  await popup.getByRole("button", { name: "关闭" }).click();
  await expect(popup).toHaveCount(0);

  if (isMobile) await theirs.goto("/notes");
  else await theirs.getByRole("button", { name: /^提醒/ }).click();
  const row = theirs.locator(".note-row").filter({ hasText: text });
  await expect(row).toHaveClass(/new/);
  expect(await barriers(theirs)).toEqual([]);
  await row.click();
  await expect(theirs).toHaveURL(new RegExp(duty.path.replace("/", "\\/")));
  await theirs.goto("/notes");
  await expect(row).not.toHaveClass(/new/);
  await theirs.context().close();
});

test("each kind comes as its reader chose", async ({ page, browser, baseURL }) => {
  await page.goto("/");
  const { duty, login } = await someDuty(page);
  const theirs = await signedIn(browser, baseURL, login);
  await theirs.goto("/settings/notifications");
  const box = theirs.getByRole("checkbox", { name: "催办 弹窗" });
  await expect(box).toBeChecked();
  await box.click();
  await expect(theirs.getByText("已保存").last()).toBeVisible();
  await theirs.getByRole("checkbox", { name: "免打扰时段" }).click();
  await expect(theirs.getByLabel("开始")).toHaveValue("22:00");
  expect(await barriers(theirs)).toEqual([]);
  await theirs.reload();
  await expect(box).not.toBeChecked();
  await expect(theirs.getByLabel("结束")).toHaveValue("08:00");
  const text = `不要弹窗 ${Date.now()}`;
  await api(page, "POST", `/todo/${duty.id}/nudge`, { text });
  await expect(theirs.locator(".bell-count")).toBeVisible({ timeout: 3000 });
  await expect(theirs.locator(".popup")).toHaveCount(0);
  await box.click();
  await theirs.getByRole("checkbox", { name: "免打扰时段" }).click();
  await theirs.goto("/notes");
  const row = theirs.locator(".note-row").filter({ hasText: text });
  await expect(row).toHaveClass(/new/);
  await theirs.getByRole("button", { name: "全部已读" }).click();
  await expect(row).not.toHaveClass(/new/);
  await theirs.context().close();
});

test("a robot is set up, and says why it cannot be reached", async ({ page }) => {
  await page.goto("/settings/channels");
  await page.getByRole("button", { name: "添加机器人" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("飞书").click();
  await dialog.getByLabel(/^名称/).fill("销售一部群");
  await dialog.getByLabel(/^Webhook 地址/).fill("https://127.0.0.1:9/hook");
  await dialog.getByLabel(/^签名密钥/).fill("secret");
  await dialog.getByText("催办").click();
  expect(await barriers(page)).toEqual([]);
  await dialog.getByRole("button", { name: "保存" }).click();
  const row = page.getByRole("listitem").filter({ hasText: "销售一部群" });
  await expect(row).toContainText("飞书 · 全公司 · 催办");
  await row.getByRole("button", { name: "测试" }).click();
  await expect(page.locator(".toast.bad")).toContainText("127.0.0.1");
  expect(await barriers(page)).toEqual([]);
  await row.getByRole("button", { name: "移除" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "移除" }).click();
  await expect(row).toHaveCount(0);
});

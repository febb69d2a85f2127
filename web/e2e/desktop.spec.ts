import { expect, type Page, test } from "./base";

const list = async (page: Page, query = "") => {
  await page.goto(`/customers${query}`);
  await expect(page.locator("tbody tr").first()).toBeVisible();
};
const cell = (page: Page, row: number, heading: string) =>
  page.locator(`tbody tr[aria-rowindex="${row + 2}"] td`).nth(columns.indexOf(heading) + 1);
const columns = ["客户名称", "跟进阶段"];

test("the table draws only what is seen, and fetches more on the way down", async ({ page }) => {
  await list(page);
  const rows = page.locator("tbody tr");
  for (let i = 0; i < 6; i++) {
    await page.getByRole("region", { name: "客户列表" }).evaluate((e) => e.scrollTo(0, e.scrollHeight));
    await page.waitForTimeout(200);
  }
  expect(Number(await rows.last().getAttribute("aria-rowindex"))).toBeGreaterThan(100);
  expect(await rows.count()).toBeLessThan(60);
});

test("a cell is edited where it stands, and the change undone", async ({ page }) => {
  await list(page);
  const stage = cell(page, 2, "跟进阶段");
  const was = ((await stage.textContent()) ?? "").trim();
  const want = was === "意向" ? "谈判中" : "意向";
  await stage.click();
  await page.getByRole("option", { name: want }).click();
  await expect(stage).toHaveText(want);
  await page.getByRole("button", { name: "撤销" }).click();
  await expect(stage).toHaveText(was);
});

test("the list works by keyboard alone", async ({ page }) => {
  await list(page);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await expect(page.getByText("已选 1 条")).toBeVisible();
  await page.keyboard.press("e");
  await expect(page.locator("td.editing")).toHaveCount(1);
  await page.keyboard.press("Tab");
  await expect(page.locator("td.editing")).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(page.locator("td.editing")).toHaveCount(0);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("complementary", { name: "客户" })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/customers\/\w{13}/);
});

test("a record changed meanwhile is shown, and the change can be made again", async ({ page }) => {
  await list(page);
  await page.evaluate(async () => {
    const r = (await (await fetch("/api/v1/customers?limit=4&sort=-created_at&fields=name,need")).json()).items[3];
    await fetch(`/api/v1/customers/${r.id}`, {
      method: "PATCH",
      headers: { "Content-Type": "application/json", "If-Match": `"${r.version}"` },
      body: JSON.stringify({ need: `改于 ${Date.now()}` }),
    });
  });
  const stage = cell(page, 3, "跟进阶段");
  const want = ((await stage.textContent()) ?? "").trim() === "意向" ? "谈判中" : "意向";
  await stage.click();
  await page.getByRole("option", { name: want }).click();
  await page.getByRole("button", { name: "仍保存我的修改" }).click();
  await expect(stage).toHaveText(want);
});

test("filters make a view, which is saved, found again and deleted", async ({ page }) => {
  await list(page);
  await page.getByRole("button", { name: "跟进阶段", expanded: false }).first().click();
  await page.getByRole("checkbox", { name: "成交", exact: true }).check();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "客户名称" }).click();
  await page.getByRole("button", { name: "另存为视图" }).click();
  await page.getByLabel(/^视图名称/).fill("成交的大客户");
  await page.getByRole("button", { name: "保存", exact: true }).click();
  const tab = page.getByRole("button", { name: "成交的大客户" });
  await expect(tab).toHaveAttribute("aria-current", "true");
  await page.reload();
  await expect(tab).toHaveAttribute("aria-current", "true");
  await page.getByRole("button", { name: "视图操作" }).click();
  await page.getByRole("menuitem", { name: "删除" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "删除" }).click();
  await expect(tab).toHaveCount(0);
});

test("twenty customers go to somebody else, and come back", async ({ page }) => {
  await list(page);
  for (const i of [0, 1, 2])
    await page
      .getByRole("checkbox", { name: /^选择 / })
      .nth(i)
      .check();
  await page.getByRole("button", { name: "转给…" }).click();
  await expect(page.getByRole("option").first()).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByText("已处理 3 条")).toBeVisible();
  await page.getByRole("button", { name: "撤销" }).click();
  await expect(page.getByText("已撤销")).toBeVisible();
});

test("a customer is made with its contact; likenesses show while typing; mistakes stand at their fields", async ({ page }) => {
  await list(page);
  const known = (await page.locator(".c-title a").first().textContent()) ?? "";
  await page.getByRole("button", { name: "新建客户" }).click();
  await page.getByLabel(/^客户名称/).fill(known);
  await expect(page.getByText(/已有 \d+ 条相似/)).toBeVisible();
  const name = `测试${Date.now()}有限公司`;
  await page.getByLabel(/^客户名称/).fill(name);
  await page.getByLabel(/^姓名/).fill("张三");
  await page.getByLabel(/^手机/).fill("123");
  await page.keyboard.press("Control+Enter");
  await expect(page.locator(".person-box .field-error")).toBeVisible();
  await page.getByLabel(/^手机/).fill("13912345678");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText(`“${name}”`)).toBeVisible();
  await page.getByRole("button", { name: "打开", exact: true }).click();
  await expect(page.getByRole("heading", { name })).toBeVisible();
  await expect(page.getByText("张三").first()).toBeVisible();
});

test("the customer's page: log, lose with a reason, attach a file", async ({ page }) => {
  await list(page);
  await page.locator(".c-title a").nth(5).click();
  const panel = page.getByRole("complementary", { name: "客户" });
  await panel.getByLabel("跟进内容").fill("电话里说下周来看样机");
  await page.keyboard.press("Control+Enter");
  // What comes next stands before what was.
  await expect(panel.locator(".event", { hasText: "下周来看样机" })).toBeVisible();
  await panel.locator(".stage-chip").click();
  await page.getByRole("menuitemradio", { name: "流失" }).click();
  const why = page.getByRole("dialog", { name: "为什么流失？" });
  await why.getByRole("combobox").click();
  await page.getByRole("option").first().click();
  await why.getByRole("button", { name: "确定" }).click();
  await expect(panel.locator(".stage-chip")).toContainText("流失");
  await panel.getByRole("tab", { name: "附件" }).click();
  await panel.locator("input[type=file]").setInputFiles({ name: "报价单.txt", mimeType: "text/plain", buffer: Buffer.from("一份报价") });
  await expect(panel.getByRole("button", { name: "报价单.txt", exact: true })).toBeVisible();
  await panel.getByRole("tab", { name: "修改日志" }).click();
  await expect(panel.locator(".log-entry", { hasText: "流失" }).first()).toBeVisible();
});

test("a session that runs out loses nothing", async ({ browser, baseURL }) => {
  const context = await browser.newContext({ baseURL, storageState: { cookies: [], origins: [] }, viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const signIn = async () => {
    await page.getByLabel(/^密码/).fill("Genjin-2026!ok");
    await page.getByRole("button", { name: "登录", exact: true }).click();
  };
  await page.goto("/customers");
  await page.getByLabel(/^登录名/).fill("admin");
  await signIn();
  await page.getByRole("button", { name: "新建客户" }).click();
  const name = `过期${Date.now()}有限公司`;
  await page.getByLabel(/^客户名称/).fill(name);
  await context.clearCookies();
  await page.getByRole("button", { name: "保存", exact: true }).click();
  await expect(page.getByRole("heading", { name: "登录已过期" })).toBeVisible();
  await signIn();
  await expect(page.getByText(`“${name}”`)).toBeVisible();
  await context.close();
});

test("a workbook comes in and is taken back", async ({ page }) => {
  await page.goto("/import");
  const rows = [
    "客户名称,所属行业,联系人,联系方式,跟进阶段,下次跟进时间",
    ...Array.from({ length: 30 }, (_, i) => `导入试验${i}号有限公司,软件开发,李${i},139000${10000 + i},意向,2027-01-05`),
    "缺电话的公司,软件开发,王五,12,意向,",
  ];
  await page.locator("input[type=file]").setInputFiles({ name: "客户.csv", mimeType: "text/csv", buffer: Buffer.from(rows.join("\n")) });
  await page.getByRole("button", { name: /^导入 \d+ 行/ }).click();
  await expect(page.getByText("导入完成")).toBeVisible({ timeout: 20_000 });
  await page.getByRole("button", { name: "撤销本次导入" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "撤销本次导入" }).click();
  await expect(page.getByText("这次导入已撤销")).toBeVisible({ timeout: 20_000 });
});

test("the palette finds by pinyin initials; English switches and back", async ({ page }) => {
  await list(page);
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByRole("combobox", { name: /搜客户/ }).fill("shanghai");
  await expect(page.getByRole("option", { name: /上海/ }).first()).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/customers\/\w{13}|\/contacts\/\w{13}/);
  await page.locator(".nav-me").click();
  await page.getByRole("menuitem", { name: "English" }).click();
  await expect(page.getByRole("link", { name: "Customers" }).first()).toBeVisible();
  await page.locator(".nav-me").click();
  await page.getByRole("menuitem", { name: "中文" }).click();
  await expect(page.getByRole("link", { name: "客户" }).first()).toBeVisible();
});

test("every entity the server defines has a list, a form and a page", async ({ page }) => {
  for (const path of ["contacts", "followups"]) {
    await page.goto(`/${path}`);
    await page.locator(".c-title a").first().click();
    await expect(page).toHaveURL(new RegExp(`/${path}/\\w{13}`));
    await expect(page.getByRole("tab", { name: "资料" })).toBeVisible();
    await page.getByRole("button", { name: "编辑", exact: true }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
  }
});

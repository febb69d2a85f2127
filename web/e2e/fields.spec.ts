import { api, expect, test } from "./base";

test("a field of the company's own stands in form, list and filter, changes, goes and comes back", async ({ page }) => {
  const stamp = Date.now() % 1e6;
  const label = `合作意愿${stamp}`;
  await page.goto("/settings/fields");
  await test.step("made in the settings", async () => {
    await page.getByRole("button", { name: "添加字段" }).click();
    const form = page.getByRole("dialog");
    await form.getByLabel(/^中文名称/).fill(label);
    await form.getByLabel(/^英文名称/).fill("Willingness");
    await form.getByLabel(/^类型/).selectOption("choice");
    await form.getByLabel("选项 1 的中文名称").fill("很强");
    await form.getByLabel("选项 2 的中文名称").fill("一般");
    await form.getByRole("button", { name: "保存" }).click();
    await expect(page.getByRole("row", { name: new RegExp(label) })).toContainText("2 个选项");
  });
  const name = `意愿${stamp}有限公司`;
  await test.step("in the form", async () => {
    await page.goto("/customers");
    await page.getByRole("button", { name: "新建客户" }).click();
    await page.getByLabel(/^客户名称/).fill(name);
    const field = page.getByLabel(new RegExp(`^${label}`));
    if (!(await field.isVisible())) await page.locator("summary", { hasText: "其他" }).click();
    await field.click();
    await page.getByRole("option", { name: "很强" }).click();
    await page.getByRole("button", { name: "保存", exact: true }).click();
    await expect(page.getByText(`“${name}”`)).toBeVisible();
  });
  await test.step("in the list", async () => {
    await page.getByRole("button", { name: "显示的列" }).click();
    await page.getByRole("searchbox", { name: "查找字段" }).fill(label);
    await page.getByRole("checkbox", { name: label }).check();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("columnheader", { name: label })).toBeAttached();
  });
  await test.step("in the filter", async () => {
    await page.getByRole("button", { name: "筛选", exact: true }).click();
    await page.getByRole("combobox", { name: "字段" }).fill(label);
    await page.getByRole("option", { name: label }).click();
    await page.getByRole("combobox", { name: label }).click();
    await page.getByRole("option", { name: "很强" }).click();
    await expect(page.locator("tbody tr")).toHaveCount(1);
    await expect(page.locator("tbody tr")).toContainText(name);
    await page.keyboard.press("Escape");
  });
  await test.step("changed in the settings", async () => {
    await page.goto("/settings/fields");
    await page.getByRole("button", { name: `${label} 的更多操作` }).click();
    await page.getByRole("menuitem", { name: "编辑" }).click();
    const form = page.getByRole("dialog");
    await expect(form.getByLabel(/^英文名称/)).toHaveValue("Willingness");
    await form.getByLabel("填写说明", { exact: true }).fill("听下来的感觉");
    await form.getByRole("button", { name: "保存" }).click();
    await expect(page.getByText("已保存")).toBeVisible();
    await page.getByRole("checkbox", { name: `${label} 必填` }).check();
    await expect(page.getByRole("checkbox", { name: `${label} 必填` })).toBeChecked();
    await page.getByRole("checkbox", { name: `${label} 必填` }).uncheck();
    await page.getByRole("button", { name: `${label}的选项` }).click();
    await page.getByRole("button", { name: "下移 很强" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "保存" }).click();
    await page.getByRole("button", { name: `${label}的选项` }).click();
    await expect(page.getByLabel("选项 1 的中文名称")).toHaveValue("一般");
    await page.keyboard.press("Escape");
  });
  await test.step("out of use, and back with its values", async () => {
    await page.getByRole("checkbox", { name: `${label} 使用` }).click();
    await expect(page.getByText(`已停用“${label}”`)).toBeVisible();
    await page.goto(`/customers?q=${encodeURIComponent(name)}`);
    await expect(page.locator("tbody tr")).toHaveCount(1);
    await expect(page.getByRole("columnheader", { name: label })).toHaveCount(0);
    await page.goto("/settings/fields");
    await page.getByText(/没有使用的字段/).click();
    await page.getByRole("checkbox", { name: `${label} 使用` }).click();
    await expect(page.getByText(/没有使用的字段/)).toHaveCount(0);
    await page.goto(`/customers?q=${encodeURIComponent(name)}`);
    await expect(page.locator("tbody tr")).toContainText("很强");
  });
});

test("a built-in field is hidden everywhere, and shown again", async ({ page }) => {
  await page.goto("/settings/fields");
  await page.getByRole("checkbox", { name: "税号 使用" }).click();
  await expect(page.getByText("已停用“税号”")).toBeVisible();
  await page.goto("/customers");
  await page.getByRole("button", { name: "显示的列" }).click();
  await page.getByRole("searchbox", { name: "查找字段" }).fill("税号");
  await expect(page.getByRole("checkbox", { name: "税号" })).toHaveCount(0);
  await page.keyboard.press("Escape");
  await page.goto("/settings/fields");
  await expect(page.getByRole("checkbox", { name: "税号 使用" })).toBeHidden();
  await expect(page.getByRole("checkbox", { name: "跟进阶段 使用" })).toBeDisabled();
  await page.getByText("没有使用的字段 1 个").click();
  await page.getByRole("checkbox", { name: "税号 使用" }).click();
  await expect(page.getByRole("checkbox", { name: "税号 使用" })).toBeChecked();
  await page.goto("/customers");
  await page.getByRole("button", { name: "显示的列" }).click();
  await page.getByRole("searchbox", { name: "查找字段" }).fill("税号");
  await expect(page.getByRole("checkbox", { name: "税号" })).toBeVisible();
});

test("a choice is added while entering, and kept for everybody", async ({ page }) => {
  const label = `行业协会${Date.now() % 1e6}`;
  await page.goto("/customers");
  await page
    .locator("tbody tr")
    .first()
    .getByRole("button", { name: /完整页面/ })
    .click({ force: true });
  const source = page.getByRole("button", { name: "编辑客户来源" });
  await expect(page.getByRole("tab", { name: "跟进动态" })).toBeVisible();
  if (!(await source.isVisible())) await page.getByRole("button", { name: /个空字段/ }).click();
  await source.click();
  await page.getByRole("combobox", { name: "客户来源" }).fill(label);
  await page.getByRole("option", { name: `添加“${label}”` }).click();
  await expect(page.locator(".fact", { hasText: "客户来源" })).toContainText(label);
  await page.goto("/settings/fields");
  await page.getByRole("button", { name: "客户来源的选项" }).click();
  await expect(page.getByRole("dialog").locator(`input[value="${label}"]`)).toBeVisible();
});

test("leads have fields and choices of the company's, too; what customers choose alike is kept once", async ({ page }) => {
  const label = `老乡会${Date.now() % 1e6}`;
  await page.goto("/settings/fields");
  await page.getByText("线索", { exact: true }).last().click();
  await page.getByRole("button", { name: "状态的选项" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByLabel("选项 1 的中文名称")).toHaveValue("待审核");
  await expect(dialog.getByRole("button", { name: "添加选项" })).toBeHidden();
  await expect(dialog.getByRole("switch")).toHaveCount(0);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "线索来源的选项" }).click();
  await expect(dialog.getByText(/线索 · 线索来源/)).toBeVisible();
  await dialog.getByRole("button", { name: "添加选项" }).click();
  const names = dialog.getByLabel(/^选项 \d+ 的中文名称/);
  await names.last().fill(label);
  await page.screenshot({ path: "test-results/fields-shared.png" });
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(page.getByText("已保存")).toBeVisible();

  // A rep finds it with a lead, and adds a tag that customers have from then on.
  await page.goto("/leads");
  await page.getByRole("button", { name: "新建线索" }).click();
  const form = page.getByRole("dialog");
  const company = `聚贤庄机电${Date.now() % 1e6}有限公司`;
  await form.getByLabel(/^公司名称/).fill(company);
  await form.getByLabel(/^线索来源/).click();
  await page.getByRole("option", { name: label }).click();
  await form.locator("summary", { hasText: "基本信息" }).click();
  await form.getByLabel(/^标签/).fill(label);
  await page.getByRole("option", { name: `添加“${label}”` }).click();
  await form.getByRole("button", { name: "保存", exact: true }).click();
  await expect(form).toBeHidden();
  // It is found by initials where leads are listed.
  await page.getByRole("searchbox", { name: /搜索/ }).fill("jxzjd");
  await expect(page.locator("tbody tr")).toHaveCount(1);
  await expect(page.getByRole("row", { name: company })).toContainText(label);
});

test("the rule for codes shows what it gives, and refuses what it cannot", async ({ page }) => {
  await page.goto("/settings/company");
  const rule = page.getByLabel(/^客户编号规则/);
  const year = new Date().getFullYear();
  await rule.fill("KH{year}-{serial:4}");
  await expect(page.locator("#code-example")).toContainText(`KH${year}-0001`);
  await rule.fill("KH{town}-{serial}");
  await expect(page.getByRole("button", { name: "保存" })).toBeDisabled();
  await rule.fill("{year}-{industry}-{serial:3}");
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByText("已保存")).toBeVisible();
  expect((await api<{ code_rule: string }>(page, "GET", "/settings")).code_rule).toBe("{year}-{industry}-{serial:3}");
});

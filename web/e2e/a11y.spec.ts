import { api, expect, barriers as faults, type Page, test } from "./base";

/** What stands in Chinese among the page's own words: not what people entered, nor the name of the other language. */
const chinese = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("button, th, label, legend, h1, h2, nav a, [aria-label], [placeholder]")]
      .filter(
        (e) =>
          !e.closest("[lang^=zh], .dept, .chip, .nav-me, .todo-row, .cal-event, tbody, ul li, .home-list, .people") && e.checkVisibility(),
      )
      .flatMap((e) => [...(e.children.length ? [] : [e.textContent]), e.getAttribute("aria-label"), e.getAttribute("placeholder")])
      .map((text) => text?.replace(/赵敏|客户公海|线索池/g, "")) // who is signed in, and the names of pools
      .filter((text) => text && /[\u4e00-\u9fff]/.test(text)),
  );

const paths = [
  "/",
  "/todo",
  "/todo?scope=team",
  "/calendar",
  "/calendar?view=month",
  "/timeliness",
  "/reports",
  "/reports?report=lead-stations",
  "/reports?report=lead-sources",
  "/worklog",
  "/leads",
  "/review",
  "/pools",
  "/requests",
  "/notes",
  "/customers",
  "/contacts",
  "/followups",
  "/import",
  "/people",
  "/settings",
  "/settings/company",
  "/settings/fields",
  "/settings/clocks",
  "/settings/leads",
  "/settings/pools",
  "/settings/sms",
  "/settings/web-forms",
  "/settings/roles",
  "/settings/handovers",
  "/settings/log",
  "/nowhere",
];

test("axe: every place", async ({ page }) => {
  test.setTimeout(180_000);
  for (const path of paths) {
    await page.goto(path, { waitUntil: "networkidle" });
    expect(await faults(page), path).toEqual([]);
  }
});

test("every place speaks English", async ({ page, isMobile }) => {
  test.skip(isMobile, "the same words");
  test.setTimeout(120_000);
  await page.addInitScript(() => localStorage.setItem("language", "en"));
  for (const path of paths) {
    await page.goto(path, { waitUntil: "networkidle" });
    expect(await chinese(page), path).toEqual([]);
  }
});

test("axe: a customer's page, all its parts", async ({ page }) => {
  await page.goto("/customers");
  const id = await page.evaluate(async () => (await (await fetch("/api/v1/contacts?limit=1")).json()).items[0].customer_id);
  await page.goto(`/customers/${id}`, { waitUntil: "networkidle" });
  for (const tab of await page.getByRole("tab").all()) {
    await tab.click();
    await page.waitForLoadState("networkidle");
    expect(await faults(page)).toEqual([]);
  }
});

test("axe: a lead's page, all its parts, and what is told of it", async ({ page }) => {
  test.setTimeout(90_000);
  await page.goto("/leads");
  const filter = encodeURIComponent('{"and":[{"field":"state","op":"in","value":["need"]},{"field":"converted_at","op":"empty"}]}');
  const { items } = await api<{ items: { id: string }[] }>(page, "GET", `/leads?limit=1&filter=${filter}`);
  await page.goto(`/leads/${items[0]?.id}`, { waitUntil: "networkidle" });
  for (const tab of await page.getByRole("tab").all()) {
    await tab.click();
    await page.waitForLoadState("networkidle");
    expect(await faults(page)).toEqual([]);
  }
  const look = async () => {
    const dialog = page.locator("dialog");
    await expect(dialog).toBeVisible();
    await page.waitForLoadState("networkidle");
    expect(await faults(page)).toEqual([]);
    // A list that opened by itself closes first.
    for (let i = 0; i < 3 && (await dialog.isVisible()); i++) await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
  };
  for (const item of ["协作人", "放入公海"]) {
    await page.locator(".c-acts").getByRole("button", { name: "更多" }).click();
    await page.getByRole("menuitem", { name: item }).click();
    await look();
  }
  await page.getByRole("button", { name: "打标签" }).click();
  await look();
  for (const state of ["成交", "流失", "暂不跟进", "无效"]) {
    await page.locator(".stage-chip").click();
    await page
      .getByRole("menuitemradio", { name: state, exact: true })
      .or(page.getByRole("menuitem", { name: state, exact: true }))
      .click();
    await look();
  }
});

test("axe: the form and the palette", async ({ page, isMobile }) => {
  await page.goto("/customers", { waitUntil: "networkidle" });
  if (isMobile) await page.getByRole("button", { name: "新建", exact: true }).click();
  await page.getByRole("button", { name: "新建客户" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.keyboard.press("ControlOrMeta+k");
  await expect(page.getByRole("combobox", { name: /搜客户/ })).toBeVisible();
  expect(await faults(page)).toEqual([]);
});

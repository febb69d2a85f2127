import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import { expect, type Page, test } from "./base";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

async function faults(page: Page) {
  await page.evaluate(axe); // not as a script element, which the page's policy forbids
  const { violations } = await page.evaluate<AxeResults, string[]>(
    (values) => (window as unknown as { axe: typeof import("axe-core") }).axe.run(document, { runOnly: values }),
    tags,
  );
  return violations.map((v) => `${v.impact} ${v.id} ${v.nodes[0]?.html.slice(0, 140)}`);
}

for (const path of ["/", "/customers", "/contacts", "/followups", "/import", "/people", "/settings", "/nowhere"])
  test(`axe: ${path}`, async ({ page }) => {
    await page.goto(path, { waitUntil: "networkidle" });
    expect(await faults(page)).toEqual([]);
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

test("axe: the form and the palette", async ({ page }) => {
  await page.goto("/customers", { waitUntil: "networkidle" });
  await page.getByRole("button", { name: "新建客户" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.keyboard.press("ControlOrMeta+k");
  await expect(page.getByRole("combobox", { name: /搜客户/ })).toBeVisible();
  expect(await faults(page)).toEqual([]);
});

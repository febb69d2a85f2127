import type { Locator } from "@playwright/test";
import { api, expect, test } from "./base";

test("a follow-up takes at most six taps", async ({ page }) => {
  // Other tests may have made customers of this user's own, with nothing due.
  await page.addInitScript(() => localStorage.setItem("home.scope", JSON.stringify("team")));
  await page.goto("/");
  let taps = 0;
  const tap = async (l: Locator) => {
    await l.tap();
    taps++;
  };
  await tap(page.getByRole("button", { name: "记跟进" }).first());
  await tap(page.getByText("要报价", { exact: true }).first());
  await tap(page.getByRole("dialog").getByText("明天", { exact: true }));
  await tap(page.getByRole("button", { name: "保存跟进" }));
  await expect(page.getByText("跟进已保存")).toBeVisible();
  await expect(page.getByRole("dialog")).toBeHidden();
  expect(taps).toBeLessThanOrEqual(4);
});

test("customers: view, filter, open and back", async ({ page }) => {
  await page.goto("/customers");
  await page.getByRole("button", { name: "已成交" }).tap();
  await expect(page).toHaveURL(/view=/);
  await page.getByRole("button", { name: "筛选", exact: true }).tap();
  await page.getByRole("dialog", { name: "筛选" }).getByRole("button", { name: "客户等级" }).tap();
  await page.getByRole("checkbox", { name: "B", exact: true }).check();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^查看 \d+ 条/ }).tap();
  await expect(page).toHaveURL(/grade/);
  await page.getByRole("button", { name: "全部", exact: true }).tap();
  await page.locator(".card-title").first().tap();
  await expect(page.getByRole("tab", { name: "跟进动态" })).toBeVisible();
  await page.goBack();
  await expect(page.locator(".card-title").first()).toBeVisible();
});

test("what is tapped is large enough", async ({ page }) => {
  for (const path of [
    "/",
    "/todo?scope=team",
    "/calendar",
    "/timeliness",
    "/customers",
    "/leads",
    "/review",
    "/pools",
    "/requests",
    "/reports",
    "/notes",
    "/import",
    "/people",
    "/settings",
  ]) {
    await page.goto(path, { waitUntil: "networkidle" });
    const small = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>("button, select, a.btn, .input")]
        .filter((e) => {
          const r = e.getBoundingClientRect();
          return r.width > 0 && r.height > 0 && r.height < 42 && !e.closest(".sr, [hidden]") && e.checkVisibility();
        })
        .map((e) => `${e.className} ${Math.round(e.getBoundingClientRect().height)}`),
    );
    expect(small, path).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(390);
  }
});

test("nothing is cut at 320 px, in either language", async ({ page }) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto("/");
  const { items } = await api<{ items: { id: string }[] }>(page, "GET", "/leads?limit=1");
  for (const language of ["zh", "en"]) {
    await page.evaluate((l) => localStorage.setItem("language", l), language);
    for (const path of [
      "/",
      "/todo",
      "/calendar",
      "/worklog",
      "/leads",
      `/leads/${items[0]?.id}`,
      "/review",
      "/customers",
      "/pools",
      "/reports",
      "/notes",
    ]) {
      await page.goto(path, { waitUntil: "networkidle" });
      expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(320);
      // What stands in a head, or at the thumb, is within the screen, and wide enough to say something.
      const cut = await page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>(".head > *, .list-head > *, .c-head > *, .thumb :is(button, label), .bottom *")]
          .filter((e) => {
            const r = e.getBoundingClientRect();
            return r.width > 0 && e.checkVisibility() && (r.right > innerWidth + 1 || (e.matches("select, .btn") && r.width < 40));
          })
          .map((e) => `${e.className} ${e.textContent?.slice(0, 20)}`),
      );
      expect(cut, `${path} in ${language}`).toEqual([]);
    }
  }
});

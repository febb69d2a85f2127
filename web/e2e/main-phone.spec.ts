import type { Locator } from "@playwright/test";
import { expect, test } from "./base";

test("on the phone: found by two letters, opened, followed up, in six taps at most", async ({ page }) => {
  await page.goto("/");
  let taps = 0;
  const tap = async (l: Locator) => {
    await l.tap();
    taps++;
  };
  await page.getByRole("navigation", { name: "主导航" }).getByRole("button", { name: "搜索" }).tap();
  await page.getByRole("combobox", { name: /搜客户/ }).fill("ls");
  await page
    .getByRole("option", { name: /C连锁超市/ })
    .first()
    .tap();
  await expect(page.getByRole("heading", { name: "C连锁超市" })).toBeVisible();
  await tap(page.getByRole("button", { name: "记跟进" }).first());
  await tap(page.getByText("微信", { exact: true }));
  await tap(page.getByText("有效沟通", { exact: true }));
  await tap(page.getByText("3 天后", { exact: true }));
  await page.getByLabel("跟进内容").fill("六月的两家新店要同一套");
  await tap(page.getByRole("button", { name: "保存跟进" }));
  await expect(page.getByText("跟进已保存")).toBeVisible();
  expect(taps).toBeLessThanOrEqual(6);
  // What comes next stands before what was.
  await expect(page.locator(".event").first()).toContainText("已计划");
  await expect(page.locator(".event").nth(1)).toContainText("六月的两家新店要同一套");
});

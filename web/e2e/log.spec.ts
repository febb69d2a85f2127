import { api, barriers, expect, test } from "./base";

type List = { items: { id: string; name: string; version: number }[] };

test("the log says who changed what, narrowed by chips that the address keeps", async ({ page, isMobile }) => {
  await page.goto("/settings");
  const stamp = Date.now() % 1e6;
  const { id, version } = await api<{ id: string; version: number }>(page, "POST", "/customers", { name: `日志${stamp}有限公司` });
  await api(page, "PATCH", `/customers/${id}`, { version, need: `要 ${stamp} 台` });
  await page.getByRole("navigation", { name: "设置" }).getByRole("link", { name: "日志" }).click();
  const entry = page.locator(isMobile ? ".logs-card" : "tbody tr").filter({ hasText: `要 ${stamp} 台` });
  await expect(entry).toContainText("修改");
  await expect(entry).toContainText("需求描述");
  await test.step("narrowed", async () => {
    await page.getByRole("button", { name: "对象", exact: true }).click();
    await page.getByRole("menuitemradio", { name: "客户", exact: true }).click();
    await expect(page).toHaveURL(/entity=customer/);
    await page.getByRole("button", { name: "操作", exact: true }).click();
    await page.getByRole("menuitemradio", { name: "归档" }).click();
    await expect(entry).toHaveCount(0);
    await page.goBack();
    await expect(entry).toBeVisible();
    await page.getByRole("button", { name: "时间", exact: true }).click();
    await page.getByRole("button", { name: "最近 7 天" }).click();
    await expect(page).toHaveURL(/from=\d{4}/);
    await expect(entry).toBeVisible();
  });
  await entry.getByRole("link", { name: `日志${stamp}有限公司` }).click();
  await expect(page).toHaveURL(new RegExp(`/customers/${id}`));
});

test("an export stands in the log in words, and the log itself can be taken out", async ({ page, isMobile }) => {
  await page.goto("/settings/log?tab=exports");
  await page.evaluate(() => {
    const filter = JSON.stringify({ field: "grade", op: "in", value: ["A"] });
    return fetch(`/api/v1/customers/export?format=csv&filter=${encodeURIComponent(filter)}`).then((r) => r.blob());
  });
  await page.reload();
  const newest = page.locator(isMobile ? ".logs-card" : "tbody tr").first();
  await expect(newest).toContainText(/\d+ 行/);
  await expect(newest).toContainText("客户等级 是 A");
  const file = page.waitForEvent("download");
  await page.getByRole("button", { name: "导出日志" }).click();
  await page.getByRole("menuitem", { name: "CSV" }).click();
  expect((await file).suggestedFilename()).toMatch(/日志.*\.csv$/);
});

test("what is guarded asks again who it is, and goes on", async ({ page }) => {
  await page.goto("/settings/log");
  let refused = 0;
  await page.route("**/log/export?*", (route) => {
    if (refused++) return route.continue();
    const problem = { status: 403, title: "", detail: "请再次确认您的身份后继续", code: "reauth_required" };
    return route.fulfill({ status: 403, contentType: "application/problem+json", body: JSON.stringify(problem) });
  });
  const exportLog = async () => {
    await page.getByRole("button", { name: "导出日志" }).click();
    await page.getByRole("menuitem", { name: "CSV" }).click();
  };
  await exportLog();
  const dialog = page.getByRole("dialog", { name: "请再确认一次身份" });
  await dialog.getByLabel(/^密码/).fill("wrong-password");
  await dialog.getByRole("button", { name: "确定" }).click();
  await expect(dialog.locator(".field-error")).toBeVisible();
  expect(await barriers(page)).toEqual([]);
  await dialog.getByLabel(/^密码/).fill("Genjin-2026!ok");
  const file = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "确定" }).click();
  await file;
  await expect(dialog).toBeHidden();
  refused = 0;
  await exportLog();
  await page.getByRole("dialog", { name: "请再确认一次身份" }).getByRole("button", { name: "关闭" }).click();
  await expect(page.getByText("请再次确认您的身份后继续")).toBeVisible();
});

test("the seal can be copied, and every tab is without barriers", async ({ page }) => {
  test.setTimeout(60_000);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const seal = await api<{ number: number; hash: string }>(page, "GET", "/log/seal").catch(() => undefined);
  await page.goto("/settings/log");
  await expect(page.getByText("日志封印")).toBeVisible();
  for (const tab of ["修改日志", "导出记录", "设置变更", "登录日志"]) {
    await page.getByRole("navigation", { name: "日志" }).getByRole("link", { name: tab }).click();
    await page.waitForLoadState("networkidle");
    expect(await barriers(page), tab).toEqual([]);
  }
  await page.getByText("日志封印").click();
  if (!seal?.number) return; // the first seal comes after a minute
  await page.getByRole("button", { name: "复制封印" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/[0-9a-f]{64}$/);
});

test("who tried to sign in stands in the log of sign-ins", async ({ page, isMobile }) => {
  await page.goto("/settings/log?tab=sign-ins");
  await page.evaluate(() =>
    fetch("/api/v1/session", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ login: "chenzhiyuan", password: "nothing" }),
    }),
  );
  await page.reload();
  const newest = page.locator(isMobile ? ".sign-in-cards li" : "tbody tr").first();
  await expect(newest).toContainText("陈志远");
  await expect(newest).toContainText("失败");
  await expect(newest).toContainText(/密码不正确|还没有密码/);
  const { items } = await api<List>(page, "GET", "/me/sign-ins");
  expect(items.length).toBeGreaterThan(0);
});

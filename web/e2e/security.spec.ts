import { createHmac } from "node:crypto";
import type { Browser } from "@playwright/test";
import { api, barriers, expect, type Page, password, signedIn, test } from "./base";

/** The code that an authenticator app shows now for a secret (RFC 6238). */
function code(secret: string, at = Date.now()): string {
  const bits = [...secret.replace(/\s/g, "")]
    .map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0"))
    .join("");
  const key = Buffer.from(bits.match(/.{8}/g)?.map((b) => Number.parseInt(b, 2)) ?? []);
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac("sha1", key).update(counter).digest();
  const from = (mac[19] ?? 0) & 15;
  return String((mac.readUInt32BE(from) & 0x7fffffff) % 1e6).padStart(6, "0");
}

let made = 0;
/** A user of these tests alone, with the password of everybody. */
async function someone(page: Page, role = "sales_rep") {
  await page.goto("/people");
  const login = `s${Date.now() % 1e8}${made++}`;
  const { items: roles } = await api<{ items: { id: string; built_in: string; name: string }[] }>(page, "GET", "/roles?limit=200");
  const role_ids = [roles.find((r) => r.built_in === role || r.name === role)?.id];
  const department = (await api<{ items: { id: string }[] }>(page, "GET", "/departments?limit=1")).items[0];
  const user = await api<{ id: string }>(page, "POST", "/users", { name: `安${login}`, login, department_id: department?.id, role_ids });
  await api(page, "POST", `/users/${user.id}/password`, { password });
  return { ...user, login, name: `安${login}` };
}

async function signIn(page: Page, login: string) {
  await page.getByLabel(/^登录名/).fill(login);
  await page.getByLabel(/^密码/).fill(password);
  await page.getByRole("button", { name: "登录", exact: true }).click();
}

/** A browser in which nobody is signed in. */
async function stranger(browser: Browser, baseURL?: string): Promise<Page> {
  const context = await browser.newContext({
    baseURL,
    storageState: { cookies: [], origins: [] },
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
  });
  return context.newPage();
}

/** Sets up an authenticator in the dialog or page that asks for it; gives its secret and the recovery codes. */
async function enrolled(page: Page) {
  await page.getByText("扫不了？手动输入密钥").click();
  const secret = (await page.locator(".totp-secret code").textContent()) ?? "";
  await page.getByLabel(/^输入应用显示的 6 位验证码/).fill("000000");
  await page.getByRole("button", { name: "启用" }).click();
  await expect(page.locator("#totp-code-error")).toBeVisible();
  expect(await barriers(page)).toEqual([]);
  await page.getByLabel(/^输入应用显示的 6 位验证码/).fill(code(secret));
  await page.getByRole("button", { name: "启用" }).click();
  await expect(page.locator(".recovery li")).toHaveCount(10);
  expect(await barriers(page)).toEqual([]);
  const codes = await page.locator(".recovery code").allTextContents();
  await page.getByLabel("我已经保存好了").check();
  await page.getByRole("button", { name: "完成" }).click();
  return { secret, codes };
}

test("an authenticator is set up, asked for at the next sign-in, and a recovery code does for a lost phone", async ({
  page,
  browser,
  baseURL,
}) => {
  test.setTimeout(90_000);
  const user = await someone(page);
  const theirs = await signedIn(browser, baseURL, user.login);
  await theirs.goto("/settings/security", { waitUntil: "networkidle" });
  expect(await barriers(theirs)).toEqual([]);
  await theirs.getByRole("button", { name: "设置验证器" }).click();
  const { codes } = await enrolled(theirs);
  await expect(theirs.getByText("还剩 10 个")).toBeVisible();
  const later = await stranger(browser, baseURL);
  await later.goto("/settings/security");
  await signIn(later, user.login);
  await expect(later.getByRole("heading", { name: "两步验证" })).toBeVisible();
  await test.step("reloading goes on where it was", async () => {
    await later.reload();
    await later.getByLabel(/^验证码/).fill("000000");
    await later.getByRole("button", { name: "验证并登录" }).click();
    await expect(later.locator("#factor-error")).toBeVisible();
    expect(await barriers(later)).toEqual([]);
  });
  await later.getByRole("button", { name: /使用恢复码/ }).click();
  await later.getByLabel(/^恢复码/).fill(codes[0] ?? "");
  await later.getByRole("button", { name: "验证并登录" }).click();
  await expect(later.getByText("还剩 9 个")).toBeVisible();
  await test.step("the administrator clears it for somebody who lost everything", async () => {
    await page.reload();
    await page.getByRole("searchbox", { name: "搜索用户" }).fill(user.login);
    await page.getByRole("button", { name: `${user.name} 的操作` }).click();
    await page.getByRole("menuitem", { name: "登录与安全" }).click();
    await page.getByRole("button", { name: "清除两步验证" }).click();
    await page.getByRole("dialog", { name: /^清除/ }).getByRole("button", { name: "清除两步验证" }).click();
    await expect(page.getByText("两步验证已清除")).toBeVisible();
    await expect(page.getByText("目前没有登录")).toBeVisible();
    expect(await barriers(page)).toEqual([]);
  });
  await theirs.context().close();
  await later.context().close();
});

test("who must have a second factor sets it up before anything else", async ({ page, browser, baseURL }) => {
  await page.goto("/settings/roles");
  const role = `要两步${Date.now() % 1e6}`;
  await api(page, "POST", "/roles", { name: role, second_factor: true, permissions: { customer: { view: "self" } } });
  const user = await someone(page, role);
  const theirs = await stranger(browser, baseURL);
  await theirs.goto("/customers");
  await signIn(theirs, user.login);
  await expect(theirs.getByRole("heading", { name: "设置两步验证" })).toBeVisible();
  expect(await barriers(theirs)).toEqual([]);
  await theirs.goto("/settings");
  await expect(theirs.getByRole("heading", { name: "设置两步验证" })).toBeVisible();
  await theirs.getByRole("button", { name: /验证器应用/ }).click();
  await enrolled(theirs);
  await expect(theirs.getByRole("heading", { name: "设置", exact: true })).toBeVisible();
  await theirs.context().close();
});

test("a link lets somebody set their password, once", async ({ page, browser, baseURL }) => {
  const user = await someone(page);
  await page.reload();
  await page.getByRole("searchbox", { name: "搜索用户" }).fill(user.login);
  await page.getByRole("button", { name: `${user.name} 的操作` }).click();
  await page.getByRole("menuitem", { name: "登录与安全" }).click();
  await page.getByRole("button", { name: "发送设密码链接" }).click();
  const link = (await page.locator(".totp-secret code").textContent()) ?? "";
  const theirs = await stranger(browser, baseURL);
  await theirs.goto(link);
  await expect(theirs.getByText(user.login, { exact: true })).toBeVisible();
  expect(theirs.url()).not.toContain("#");
  expect(await barriers(theirs)).toEqual([]);
  await theirs.getByLabel(/^新密码/).fill("Genjin-2027!anders");
  await theirs.getByLabel(/^再输一次/).fill("Genjin-2027!andere");
  await theirs.getByRole("button", { name: "设置密码" }).click();
  await expect(theirs.getByText("两次输入不一样")).toBeVisible();
  await theirs.getByLabel(/^再输一次/).fill("Genjin-2027!anders");
  await theirs.getByRole("button", { name: "设置密码" }).click();
  await theirs.getByRole("link", { name: "前往登录" }).click();
  await theirs.getByLabel(/^登录名/).fill(user.login);
  await theirs.getByLabel(/^密码/).fill("Genjin-2027!anders");
  await theirs.getByRole("button", { name: "登录", exact: true }).click();
  await expect(theirs.getByRole("navigation", { name: "主导航" })).toBeVisible();
  await theirs.goto(link);
  await expect(theirs.getByText("链接已使用或已过期")).toBeVisible();
  await theirs.context().close();
});

test("a passkey signs in without a password", async ({ page, browser, baseURL }) => {
  const user = await someone(page);
  // Browsers take passkeys for localhost, not for an address.
  const theirs = await stranger(browser, baseURL?.replace("127.0.0.1", "localhost"));
  const cdp = await theirs.context().newCDPSession(theirs);
  await cdp.send("WebAuthn.enable");
  await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await theirs.goto("/settings/security");
  await signIn(theirs, user.login);
  await theirs.getByRole("button", { name: "添加通行密钥" }).click();
  await theirs.getByLabel(/^名称/).fill("办公室电脑");
  await theirs.getByRole("dialog").getByRole("button", { name: "下一步" }).click();
  await theirs.getByLabel("我已经保存好了").check();
  await theirs.getByRole("button", { name: "完成" }).click();
  await expect(theirs.getByText("办公室电脑")).toBeVisible();
  await theirs.context().clearCookies();
  await theirs.goto("/settings/security");
  await theirs.getByRole("button", { name: "使用通行密钥" }).click();
  await expect(theirs.getByText("办公室电脑")).toBeVisible();
  await expect(theirs.locator("tr, .sign-in-cards li").filter({ hasText: "通行密钥" }).first()).toBeVisible();
  await theirs.context().close();
});

test("a token is made for another program, and revoked", async ({ page }) => {
  await page.goto("/settings/security");
  const name = `报表${Date.now() % 1e6}`;
  await page.getByRole("button", { name: "新建令牌" }).click();
  const form = page.getByRole("dialog", { name: "新建令牌" });
  await form.getByLabel(/^名称/).fill(name);
  await form.getByRole("group", { name: "跟进" }).getByLabel("查看").check();
  expect(await barriers(page)).toEqual([]);
  await form.getByRole("button", { name: "创建" }).click();
  const secret = (await page.locator(".totp-secret code").textContent()) ?? "";
  const asked = await page.request.get("/api/v1/customers?limit=1", { headers: { Authorization: `Bearer ${secret}`, Cookie: "" } });
  expect(asked.status()).toBe(200);
  await page.getByRole("button", { name: "已保存" }).click();
  const row = page.locator(".security-list li", { hasText: name });
  await expect(row).toContainText("客户与联系人：查看；跟进：查看");
  await row.getByRole("button", { name: `撤销 ${name}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "撤销" }).click();
  await expect(row).toHaveCount(0);
});

test("mail and single sign-on are set up and removed", async ({ page }) => {
  await page.goto("/settings/sign-in", { waitUntil: "networkidle" });
  expect(await barriers(page)).toEqual([]);
  await page.getByRole("button", { name: "设置邮件" }).click();
  await page.getByLabel(/^服务器/).fill("smtp.example.com");
  await page.getByLabel(/^发件人/).fill("crm@example.com");
  await page.getByRole("region", { name: "邮件服务器" }).getByRole("button", { name: "保存" }).click();
  await expect(page.getByText("已保存")).toBeVisible();
  await page.getByRole("button", { name: "设置单点登录" }).click();
  await page.getByLabel(/^身份提供方地址/).fill("http://login.example.com");
  await page.getByLabel(/^按钮文字/).fill("企业账号登录");
  await page.getByLabel(/^Client ID/).fill("genjin");
  await page.getByRole("region", { name: "单点登录" }).getByRole("button", { name: "保存" }).click();
  await expect(page.locator("#sso-issuer-error")).toBeVisible();
  expect(await barriers(page)).toEqual([]);
  await page.getByRole("region", { name: "邮件服务器" }).getByRole("button", { name: "移除" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "移除" }).click();
  await expect(page.getByText("邮件服务器已移除")).toBeVisible();
});

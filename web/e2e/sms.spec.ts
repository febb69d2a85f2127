import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { api, barriers, expect, type Page, test } from "./base";

// A number is verified by a code in a text message, through a gateway that this test is.

type Told = { body: Record<string, string>; token?: string };
let gateway: Server;
let told: Told[] = [];
let answer = '{"code":0,"msg":"OK"}';

test.beforeAll(async () => {
  gateway = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => {
      body += part;
    });
    request.on("end", () => {
      told.push({ body: JSON.parse(body), token: request.headers["x-token"] as string });
      response.writeHead(200, { "Content-Type": "application/json" }).end(answer);
    });
  });
  await new Promise<void>((ready) => gateway.listen(0, "127.0.0.1", ready));
});
test.beforeEach(() => {
  told = [];
  answer = '{"code":0,"msg":"OK"}';
});
test.afterAll(() => gateway.close());

const address = () => `http://localhost:${(gateway.address() as AddressInfo).port}/send`;
const number = () => `139${String(Date.now()).slice(-8)}`;
const settings = () => ({
  active: true,
  method: "POST",
  address: address(),
  headers: [],
  format: "json",
  body: '{"to":"{{phone}}","code":"{{code}}"}',
  signature: "",
  message: "",
  secrets: [],
  computed: [],
  success: { path: "code", equals: "0" },
  abroad: false,
});

/** A contact with a number, at a customer of its own. */
async function contact(page: Page, mobile: string) {
  const customer = await api<{ id: string }>(page, "POST", "/customers", { name: `短信客户 ${mobile.slice(4)}` });
  await api(page, "POST", "/contacts", { customer_id: customer.id, name: "钱女士", mobile });
  return customer.id;
}
/** The contacts of a customer: a tab of its page on the phone, a part of it on the desktop. */
const openContacts = async (page: Page, customer: string, isMobile: boolean) => {
  await page.goto(`/customers/${customer}`);
  if (isMobile) await page.getByRole("tab", { name: /联系人/ }).click();
};

test("the gateway is set, tested, and taken away", async ({ page }, info) => {
  await page.goto("/");
  await api(page, "DELETE", "/sms");
  await page.goto("/settings/sms");
  await page.getByRole("button", { name: "设置网关" }).click();
  await page.getByLabel(/^地址/).fill(address());
  await page.getByRole("textbox", { name: "内容", exact: true }).fill('{"to":"{{phone}}"}');
  await page.getByRole("button", { name: "添加请求头" }).click();
  await page.getByLabel("名称", { exact: true }).fill("X-Token");
  await page.getByLabel("值", { exact: true }).fill("{{secret.key}}");
  await page.getByRole("button", { name: "添加密钥" }).click();
  await page.getByLabel("密钥名称").fill("key");
  await page.getByLabel("密钥内容").fill("geheim");
  await page.getByLabel("JSON 中的位置").fill("code");
  await page.getByLabel("等于").fill("0");
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.locator(".field-error")).toContainText("请求中没有验证码");
  await page.getByRole("textbox", { name: "内容", exact: true }).fill('{"to":"{{phone}}","code":"{{code}}"}');
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByText("未启用", { exact: true })).toBeVisible();
  await page.reload();
  await expect(page.getByLabel("密钥内容")).toHaveValue("");
  await expect(page.getByLabel("密钥内容")).toHaveAttribute("placeholder", "已保存，留空则不变");

  const to = number();
  await page.getByLabel("测试手机号").fill(to);
  await page.getByRole("button", { name: "发送测试短信" }).click();
  await expect(page.getByText("网关已接收")).toBeVisible();
  expect(told).toMatchObject([{ body: { to }, token: "geheim" }]);
  answer = '{"code":7,"msg":"余额不足 geheim"}';
  await page.getByLabel("测试手机号").fill(`138${to.slice(3)}`);
  await page.getByRole("button", { name: "发送测试短信" }).click();
  await expect(page.getByText("网关没有接收")).toBeVisible();
  await expect(page.locator("pre")).toHaveText('{"code":7,"msg":"余额不足 ██"}');
  expect(await barriers(page)).toEqual([]);
  await page.screenshot({ path: `test-results/sms-settings-${info.project.name}.png`, fullPage: true });

  await page.getByRole("button", { name: "移除网关" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "移除网关" }).click();
  await expect(page.getByRole("button", { name: "设置网关" })).toBeVisible();
});

test("a contact's number is verified by the code that came there", async ({ page, isMobile }, info) => {
  await page.goto("/");
  await api(page, "DELETE", "/sms");
  const mobile = number();
  const customer = await contact(page, mobile);
  await openContacts(page, customer, isMobile);
  await expect(page.getByRole("link", { name: mobile }).first()).toBeVisible();
  await expect(page.getByText("未验证")).toHaveCount(0); // nobody is asked for what the company does not use

  await api(page, "PUT", "/sms", settings());
  await page.reload();
  await openContacts(page, customer, isMobile);
  const verify = page.getByRole("button", { name: `未验证，验证 ${mobile}` });
  await expect(verify).toBeVisible();
  await page.screenshot({ path: `test-results/sms-contact-${info.project.name}.png` });
  await verify.click();
  const dialog = page.getByRole("dialog", { name: "验证号码" });
  await dialog.getByRole("button", { name: "发送验证码" }).click();
  const field = dialog.getByLabel(/^验证码/);
  await expect(field).toBeFocused();
  await expect(field).toHaveAttribute("autocomplete", "one-time-code");
  await expect(dialog.getByRole("button", { name: /^\d+ 秒后可重新发送$/ })).toBeDisabled();
  const code = told[0]?.body.code ?? "";
  expect(code).toMatch(/^\d{6}$/);
  await field.fill(code === "000000" ? "111111" : "000000");
  await dialog.getByRole("button", { name: "验证", exact: true }).click();
  await expect(dialog.locator(".field-error")).toContainText("还可以试 4 次");
  expect(await barriers(page)).toEqual([]);
  await page.screenshot({ path: `test-results/sms-dialog-${info.project.name}.png` });
  await field.fill(`${code.slice(0, 3)} ${code.slice(3)}`); // as people read it out
  await dialog.getByRole("button", { name: "验证", exact: true }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText("已验证", { exact: true })).toBeVisible();
  await page.screenshot({ path: `test-results/sms-verified-${info.project.name}.png` });

  // Another number is another matter.
  if (!isMobile) {
    const { items } = await api<{ items: { id: string; version: number }[] }>(
      page,
      "GET",
      `/contacts?filter=${encodeURIComponent(JSON.stringify({ field: "customer_id", op: "in", value: [customer] }))}`,
    );
    await api(page, "PATCH", `/contacts/${items[0]?.id}`, { version: items[0]?.version, mobile: `138${mobile.slice(3)}` });
    await page.reload();
    await openContacts(page, customer, isMobile);
    await expect(page.getByText("未验证", { exact: true })).toBeVisible();
  }
  await api(page, "DELETE", "/sms");
});

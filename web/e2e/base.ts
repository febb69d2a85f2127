import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, test as base, expect, type Page } from "@playwright/test";
import type { AxeResults } from "axe-core";

export type { Browser, Page };
export { expect };

/** The password of everybody in these tests. */
export const password = "Genjin-2026!ok";

/** Collects what a page must never do: write errors, throw, or meet a failing server. */
export function watch(page: Page): string[] {
  const faults: string[] = [];
  page.on("pageerror", (e) => faults.push(e.message));
  page.on("response", (r) => r.status() >= 500 && faults.push(`${r.status()} ${r.url()}`));
  page.on("console", (m) => {
    // The browser itself notes every refused request; those of 4xx are answers that a test asked for. In a preview nothing
    // runs, the test's own scripts neither.
    if (m.type() === "error" && !/status of 4\d\d|execution in 'about:srcdoc'/.test(m.text())) faults.push(m.text());
  });
  return faults;
}

/** Keeps a session for the tests to come: showing again who one is gives it another secret. */
async function keepCookies(page: Page, file: string) {
  const cookies = await page.context().cookies();
  if (!cookies.some((c) => c.name === "genjin_session")) return;
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), cookies }));
}

/**
 * A test whose page is watched; it fails at its end when something went wrong beneath the surface. Who is signed in has
 * just shown who they are, however long ago they came.
 */
export const test = base.extend({
  page: async ({ page, baseURL }, use) => {
    const faults = watch(page);
    const kept = test.info().project.use.storageState;
    const signedIn = typeof kept === "string";
    if (signedIn) {
      await page.request.post(`${baseURL}/api/v1/me/confirm`, { data: { method: "password", secret: password } });
      await keepCookies(page, kept);
    }
    await use(page);
    if (signedIn) await keepCookies(page, kept);
    expect(faults).toEqual([]);
  },
});

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What stands in the way of people who see, hear or move otherwise: nothing. */
export async function barriers(page: Page) {
  await page.evaluate(axe); // not as a script element, which the page's policy forbids
  const { violations } = await page.evaluate<AxeResults, string[]>(
    (values) => (window as unknown as { axe: typeof import("axe-core") }).axe.run(document, { runOnly: values }),
    tags,
  );
  return violations.map((v) => `${v.impact} ${v.id} ${v.nodes[0]?.html.slice(0, 140)}`);
}

/** Another person's browser, of the same kind, signed in. */
export async function signedIn(browser: Browser, baseURL: string | undefined, login: string): Promise<Page> {
  const { viewport = { width: 1440, height: 900 }, isMobile, hasTouch, userAgent } = test.info().project.use;
  const context = await browser.newContext({
    baseURL,
    storageState: { cookies: [], origins: [] },
    viewport,
    isMobile,
    hasTouch,
    userAgent,
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
  });
  const page = await context.newPage();
  await page.goto("/");
  await page.getByLabel(/^登录名/).fill(login);
  await page.getByLabel(/^密码/).fill(password);
  await page.getByRole("button", { name: "登录", exact: true }).click();
  await expect(page.getByRole("navigation", { name: "主导航" })).toBeVisible();
  return page;
}

/** Asks the API as the page's user, as other programs would; fails when refused. */
export async function api<T = Record<string, unknown>>(page: Page, method: string, path: string, body?: unknown): Promise<T> {
  return page.evaluate(
    async ([m, p, b]) => {
      const version = (b as { version?: number } | undefined)?.version;
      const answer = await fetch(`/api/v1${p}`, {
        method: m,
        headers: {
          "Content-Type": "application/json",
          "Idempotency-Key": crypto.randomUUID(),
          ...(version ? { "If-Match": `"${version}"` } : {}),
        },
        body: b === undefined ? undefined : JSON.stringify({ ...b, version: undefined }),
      });
      if (!answer.ok) throw new Error(`${m} ${p}: ${answer.status} ${await answer.text()}`);
      return answer.status === 204 ? undefined : answer.json();
    },
    [method, path, body] as const,
  ) as Promise<T>;
}

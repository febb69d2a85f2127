import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "@playwright/test";

const flags = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const port = Number(process.env.E2E_PORT ?? 9107);
// Workers load this file too: the folder of the first one is the server's.
process.env.E2E_DATA ??= mkdtempSync(join(tmpdir(), "genjin-e2e-"));
process.env.E2E_MAIN ??= mkdtempSync(join(tmpdir(), "genjin-e2e-"));
const address = (n: number) => `http://127.0.0.1:${n}`;
const onPhone = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
  userAgent: "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140 Mobile Safari/537.36",
};
const onDesk = { viewport: { width: 1440, height: 900 } };
/** The built program; it must hold the page, so build that first. */
const binary = process.env.GENJIN_BIN ?? "../bin/genjin";

const server = (n: number, data: string) => ({
  command: `${binary} serve --log-level warn --outbound-hosts localhost --addr 127.0.0.1:${n} --data ${data}`,
  url: `${address(n)}/healthz`,
  reuseExistingServer: false,
  timeout: 30_000,
});

export default defineConfig({
  testDir: "e2e",
  workers: 1,
  reporter: [["list"]],
  timeout: 45_000,
  expect: { timeout: 10_000 },
  use: {
    baseURL: address(port),
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    // A trace of each action takes a fifth of the time: E2E_TRACE=1 keeps those of tests that fail.
    trace: process.env.E2E_TRACE ? "retain-on-failure" : "off",
    screenshot: "only-on-failure",
    launchOptions: { executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: flags, chromiumSandbox: false },
  },
  projects: [
    // From an empty program on, on a server of its own.
    { name: "main", testMatch: /main\.spec\.ts/, use: { ...onDesk, baseURL: address(port + 1) } },
    {
      name: "main on the phone",
      dependencies: ["main"],
      testMatch: /main-phone\.spec\.ts/,
      use: { ...onPhone, baseURL: address(port + 1), storageState: "test-results/main.json" },
    },
    // With the sample data.
    { name: "setup", testMatch: /setup\.ts/ },
    {
      name: "phone",
      dependencies: ["setup"],
      testMatch: /(\/phone|offline|todo|day|lead|a11y|first|log|roles|worlds|notify|workcal|sms|pool|reports|walk)\.spec\.ts/,
      use: { ...onPhone, storageState: "test-results/state.json" },
    },
    {
      name: "desktop",
      dependencies: ["setup"],
      testMatch:
        /(desktop|todo|day|lead|a11y|first|people|sheets|fields|log|roles|handover|worlds|security|notify|workcal|sms|pool|reports|webform|walk)\.spec\.ts/,
      use: { ...onDesk, storageState: "test-results/state.json" },
    },
  ],
  webServer: [server(port, process.env.E2E_DATA), server(port + 1, process.env.E2E_MAIN)],
});

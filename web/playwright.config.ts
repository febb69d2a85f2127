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
/** The built program; it must hold the page, so build that first. */
const binary = process.env.GENJIN_BIN ?? "../bin/genjin";

export default defineConfig({
  testDir: "e2e",
  workers: 1,
  reporter: [["list"]],
  timeout: 30_000,
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    trace: "retain-on-failure",
    launchOptions: { executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: flags, chromiumSandbox: false },
  },
  projects: [
    { name: "setup", testMatch: /setup\.ts/ },
    {
      name: "phone",
      dependencies: ["setup"],
      testMatch: /(phone|a11y)\.spec\.ts/,
      use: {
        viewport: { width: 390, height: 844 },
        isMobile: true,
        hasTouch: true,
        storageState: "test-results/state.json",
        userAgent: "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140 Mobile Safari/537.36",
      },
    },
    {
      name: "desktop",
      dependencies: ["setup"],
      testMatch: /(desktop|a11y)\.spec\.ts/,
      use: { viewport: { width: 1440, height: 900 }, storageState: "test-results/state.json" },
    },
  ],
  webServer: {
    command: `${binary} serve --log-level warn --addr 127.0.0.1:${port} --data ${process.env.E2E_DATA}`,
    url: `http://127.0.0.1:${port}/healthz`,
    reuseExistingServer: false,
    timeout: 30_000,
  },
});

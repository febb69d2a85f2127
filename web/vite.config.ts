import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { commonModules } from "./scripts/common.ts";
import { serviceWorker } from "./scripts/service-worker.ts";

const api = process.env.GENJIN_API ?? "http://127.0.0.1:8080";
const shared = commonModules();

export default defineConfig({
  plugins: [react(), shared.plugin, serviceWorker()],
  build: {
    target: "es2022",
    manifest: true,
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              // It stays as it is from version to version, and in the browser's cache.
              name: "base",
              test: /node_modules\/(react|react-dom|scheduler|use-sync-external-store|@tanstack\/(react-router|router-core|history|react-query|query-core|react-store|store))\//,
            },
            { name: (id) => (shared.common(id) ? "common" : null) },
            { name: (id) => (shared.records(id) ? "records" : null) },
            { name: "form-dialog", test: /src\/lib\/ui\/form-dialog/ },
            { name: "gate", test: /src\/features\/(auth|setup)\// },
            { name: "list", test: /src\/record\/list\/(list-page|view-tabs|quick-filters|use-list|cards)/ },
          ],
        },
      },
    },
  },
  server: { proxy: { "/api": api } },
  test: { environment: "happy-dom", environmentOptions: { happyDOM: { url: "http://localhost/" } }, include: ["src/**/*.test.{ts,tsx}"] },
});

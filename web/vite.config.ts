import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const api = process.env.GENJIN_API ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2022",
    manifest: true,
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // One file for what every screen needs: few requests matter where an office runs this over plain HTTP/1.1.
          groups: [
            {
              name: "base",
              test: /node_modules\/(react|react-dom|scheduler|use-sync-external-store|@tanstack\/(react-router|router-core|history|react-query|query-core|react-store|store))\//,
            },
            {
              name: "common",
              test: /@tabler|src\/(app|lib|api|meta|fields|locales\/zh|record\/(edit|inline|list\/parts)|form\/(open|first-customers))/,
              minShareCount: 2,
            },
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

import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const api = process.env.GENJIN_API ?? "http://127.0.0.1:8080";

const admin =
  /src\/(api\/(access|handover|log|security)|meta\/permission|lib\/(agent|passkey|ui\/copy-button))|icons\/Icon(Ban|Copy|Fingerprint|Lock|Shield|DeviceMobile)/;

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
              priority: 3,
            },
            {
              name: "common",
              // All but what the screens of administrators share, which weighs on nobody's first view.
              test: new RegExp(`(?!.*${admin.source})(@tabler|src/(app|lib|api|meta|fields|locales/zh|record/(edit|inline|list/parts)|form/(open|first-customers)))`),
              minShareCount: 2,
              priority: 2,
            },
            { name: "admin", test: admin, minShareCount: 2, priority: 1 },
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

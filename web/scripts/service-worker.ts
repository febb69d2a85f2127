import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build, type Plugin, type Rollup } from "vite";

// What a rep needs away from the desk, with all that it imports; other screens are fetched when they are opened.
const screens = [
  "main.tsx",
  "app/bottom-bar.tsx",
  "app/side-bar.tsx",
  "locales/en.ts",
  "locales/work-zh.ts",
  "locales/work-en.ts",
  "locales/records-zh.ts",
  "locales/records-en.ts",
  "locales/leads-zh.ts",
  "locales/leads-en.ts",
  "features/auth/sign-in.tsx",
  "features/home/home.tsx",
  "features/home/cards.tsx",
  "app/bottom-sheets.tsx",
  "app/customers-route.tsx",
  "app/list-route.tsx",
  "app/record-route.tsx",
  "record/list/cards.tsx",
  "record/list/desk.tsx",
  "record/list/desk-tools.tsx",
  "features/customer/customer-page.tsx",
  "features/customer/customer-panel.tsx",
  "features/customer/contacts.tsx",
  "features/todo/todo-page.tsx",
  "features/calendar/calendar-page.tsx",
  "features/search/palette.tsx",
  "record/timeline/planned.tsx",
  "record/detail/files.tsx",
  "record/detail/log.tsx",
  "record/detail/children.tsx",
  "record/whose-dialogs.tsx",
  "lib/ui/combobox-box.tsx",
  "form/follow-sheet.tsx",
  "form/follow-more.tsx",
  "form/move-sheet.tsx",
  "form/todo-acts.tsx",
  "form/plan-sheet.tsx",
  "form/outbox-sheet.tsx",
  "form/record-form.tsx",
  "api/offline.ts",
  "api/outbox-send.ts",
];
const others = ["/manifest.webmanifest", "/icon.svg", "/icon-192.png"];
/** The document as nobody's, which web.go serves. */
const page = "/shell.html";

/** Builds sw.js beside the page, with the addresses of the files that it keeps. */
export function serviceWorker(): Plugin {
  let files: string[] = [];
  let dir = "";
  return {
    name: "service-worker",
    apply: "build",
    writeBundle(options, bundle) {
      dir = options.dir ?? resolve("dist");
      files = [...filesOf(bundle)].sort().map((f) => `/${f}`);
    },
    async closeBundle() {
      if (!dir) return; // it failed before
      files.push(...others);
      const hash = createHash("sha256")
        .update(readFileSync(join(dir, "index.html")))
        .update(files.join());
      for (const f of others) hash.update(readFileSync(join(dir, f)));
      const version = hash.digest("hex").slice(0, 12);
      await build({
        configFile: false,
        publicDir: false,
        logLevel: "warn",
        define: { "SHELL.version": JSON.stringify(version), "SHELL.document": JSON.stringify(page), "SHELL.files": JSON.stringify(files) },
        build: {
          outDir: dir,
          emptyOutDir: false,
          target: "es2022",
          rolldownOptions: { input: { sw: resolve("src/sw/sw.ts") }, output: { format: "iife", entryFileNames: "[name].js" } },
        },
      });
    },
  };
}

/** The files of the screens, with all that these import. */
function filesOf(bundle: Rollup.OutputBundle): Set<string> {
  const out = new Set<string>();
  const walk = (name: string) => {
    const chunk = bundle[name];
    if (out.has(name) || chunk?.type !== "chunk") return;
    out.add(name);
    for (const css of chunk.viteMetadata?.importedCss ?? []) out.add(css);
    chunk.imports.forEach(walk);
  };
  const wanted = new Set(screens.map((s) => resolve("src", s)));
  for (const [name, chunk] of Object.entries(bundle))
    if (chunk.type === "chunk" && (chunk.isEntry || chunk.moduleIds.some((id) => wanted.has(id)))) walk(name);
  return out;
}

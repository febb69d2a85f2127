// Fails when the first view of a screen outgrows its budget (gzip KB of its chunks, all they import, and their CSS).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const dist = process.argv[2];
const man = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8"));
const list = "src/record/list/";
const words = "src/locales/records-zh.ts";
const phone = "src/app/bottom-bar.tsx";
const desk = "src/app/side-bar.tsx";
const budgets = {
  "phone home": [150, phone, "src/features/home/home.tsx", "src/locales/work-zh.ts"],
  "phone to-do": [150, phone, "src/features/todo/todo-page.tsx", "src/locales/work-zh.ts"],
  "phone calendar": [150, phone, "src/features/calendar/calendar-page.tsx", "src/locales/work-zh.ts"],
  "phone customers": [160, phone, "src/app/customers-route.tsx", `${list}cards.tsx`, words],
  "phone customer": [160, phone, "src/features/customer/customer-page.tsx"],
  "desktop customers": [190, desk, "src/app/customers-route.tsx", `${list}desk.tsx`, `${list}desk-tools.tsx`, words],
  "desktop customer": [
    190,
    desk,
    "src/features/customer/customer-page.tsx",
    "src/features/customer/contacts.tsx",
    "src/form/record-form.tsx",
  ],
  "import wizard": [190, desk, "src/features/import/wizard.tsx"],
};
let bad = 0;
for (const [name, [max, ...roots]] of Object.entries(budgets)) {
  const files = new Set();
  const seen = new Set();
  const walk = (k) => {
    if (seen.has(k)) return;
    seen.add(k);
    const c = man[k];
    if (!c) throw new Error(`no ${k} in the manifest`);
    for (const f of [c.file, ...(c.css ?? [])]) files.add(f);
    for (const i of c.imports ?? []) walk(i);
  };
  for (const r of ["index.html", ...roots]) walk(r);
  const kb = [...files].reduce((n, f) => n + gzipSync(readFileSync(join(dist, f)), { level: 9 }).length, 0) / 1024;
  if (kb > max) bad++;
  console.log(`${kb > max ? "OVER" : "ok  "} ${name.padEnd(20)} ${kb.toFixed(1).padStart(6)} KB gz of ${max}`);
}
process.exit(bad ? 1 : 0);

// Keeps imports one way: app → features → {record, form} → {fields, meta} → {api, lib}; a feature never imports another.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const src = resolve("src");
const level = { app: 5, features: 4, record: 3, form: 3, fields: 2, meta: 2, api: 1, lib: 1, locales: 0 };
const walk = (d) => readdirSync(d).flatMap((f) => (statSync(join(d, f)).isDirectory() ? walk(join(d, f)) : [join(d, f)]));
const part = (file) => relative(src, file).split("/");
let bad = 0;
for (const file of walk(src).filter((f) => /\.tsx?$/.test(f))) {
  const [from, feature] = part(file);
  if (!(from in level)) continue; // main.tsx and the types of Vite
  for (const [, to] of readFileSync(file, "utf8").matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)) {
    const [target, other] = part(resolve(dirname(file), to));
    if (!(target in level)) continue;
    const up = level[target] > level[from] && !(from === "lib" && target === "locales") && !(from === "locales" && file.endsWith("en.ts"));
    const aside = from === "features" && target === "features" && feature !== other;
    if (!up && !aside) continue;
    bad++;
    console.error(`${relative(".", file)}: ${aside ? "a feature imports another feature" : `${from} imports ${target}`} (${to})`);
  }
}
console.log(bad ? `${bad} imports against the current` : "imports run one way");
process.exit(bad ? 1 : 0);

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { adminEn } from "../locales/admin-en";
import { adminZh } from "../locales/admin-zh";
import { en } from "../locales/en";
import { zh } from "../locales/zh";
import { setLanguage, t, withAdmin } from "./i18n";

const files = (d: string): string[] =>
  readdirSync(d).flatMap((f) => (statSync(join(d, f)).isDirectory() ? files(join(d, f)) : [join(d, f)]));
const sources = files("src").filter((f) => /\.tsx?$/.test(f) && !f.includes("locales") && !f.includes(".test."));

describe("i18n", () => {
  afterEach(() => setLanguage("zh"));
  it("has the same keys in both languages", () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
    expect(Object.keys(adminEn).sort()).toEqual(Object.keys(adminZh).sort());
  });
  it("says the administrators' words alone where they are loaded, and no word twice", () => {
    expect(Object.keys(adminZh).filter((k) => k in zh)).toEqual([]);
    const theirs =
      /features\/(sms|webform|log|roles|access|handover|personal|security|clocks|workcal|timeliness|import)\/|features\/settings\/(company-page|field|choice)|meta\/permission-words|record\/(sign-ins|proof-dialog|proof-mark)|features\/auth\/(other-ways|forgot-dialog|factor-form|set-password)/;
    for (const f of sources.filter((f) => !theirs.test(f))) {
      const text = readFileSync(f, "utf8").replace(/\bt\(\s+"/g, 't("');
      expect(
        Object.keys(adminZh).filter((k) => text.includes(`t("${k}"`)),
        f,
      ).toEqual([]);
    }
  });
  it("has no Chinese in English", () => {
    const kept = new Set(["language.other", "money.hint"]);
    for (const [key, m] of Object.entries({ ...en, ...adminEn }))
      if (!kept.has(key))
        expect(typeof m === "string" ? m : (m as (...a: unknown[]) => string)("x", "x", "x")).not.toMatch(/[\u4e00-\u9fff]/);
  });
  it("takes arguments and says plurals", async () => {
    expect(t("count.of", 1)).toBe("共 1 条");
    await setLanguage("en");
    expect([t("count.of", 1), t("count.of", 2)]).toEqual(["1 record", "2 records"]);
  });
  it("gets the administrators' words with their screens, in whatever language", async () => {
    expect(await withAdmin(async () => 7)).toBe(7);
    expect(t("logs.seal")).toBe("日志封印");
    await setLanguage("en");
    expect(t("logs.seal")).toBe("Log seal");
  });
  it("uses every message, and leaves no sentence outside the dictionaries", () => {
    const all = sources.map((f) => readFileSync(f, "utf8")).join("\n");
    const families = [...all.matchAll(/`([\w.]+\.)\$\{/g)].map((m) => m[1] as string);
    const unused = Object.keys({ ...zh, ...adminZh }).filter((k) => !all.includes(`"${k}"`) && !families.some((p) => k.startsWith(p)));
    expect(unused).toEqual([]);
    // Words of the field's own data formats and names of apps, not sentences for people.
    const allowed = /lib\/agent|lib\/format|form\/follow-form|lib\/i18n/;
    const outside = sources
      .filter((f) => !allowed.test(f))
      .flatMap((f) =>
        readFileSync(f, "utf8")
          .split("\n")
          .map((l, i) => [f, i + 1, l.replace(/\/\/.*|\/\*.*|^\s*\*.*/, "")] as const),
      )
      .filter(([, , l]) => /["'`>][^"'`<]*[\u4e00-\u9fff]/.test(l) && !/^\s*\{\/\*/.test(l))
      .map(([f, i, l]) => `${f}:${i} ${l.trim()}`);
    expect(outside).toEqual([]);
  });
});

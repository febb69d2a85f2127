import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { adminEn } from "../locales/admin-en";
import { adminZh } from "../locales/admin-zh";
import { en } from "../locales/en";
import { leadsEn } from "../locales/leads-en";
import { leadsZh } from "../locales/leads-zh";
import { notesEn } from "../locales/notes-en";
import { notesZh } from "../locales/notes-zh";
import { poolsEn } from "../locales/pools-en";
import { poolsZh } from "../locales/pools-zh";
import { recordsEn } from "../locales/records-en";
import { recordsZh } from "../locales/records-zh";
import { reportsEn } from "../locales/reports-en";
import { reportsZh } from "../locales/reports-zh";
import { workEn } from "../locales/work-en";
import { workZh } from "../locales/work-zh";
import { worklogEn } from "../locales/worklog-en";
import { worklogZh } from "../locales/worklog-zh";
import { zh } from "../locales/zh";
import { setLanguage, t, withAdmin } from "./i18n";

const files = (d: string): string[] =>
  readdirSync(d).flatMap((f) => (statSync(join(d, f)).isDirectory() ? files(join(d, f)) : [join(d, f)]));
const sources = files("src").filter((f) => /\.tsx?$/.test(f) && !f.includes("locales") && !f.includes(".test."));

/** The groups of words that load later, in both languages, and the sources that only run once they are there. */
const groups: [Record<string, unknown>, Record<string, unknown>, RegExp][] = [
  [
    adminZh,
    adminEn,
    /features\/(sms|webform|log|roles|access|handover|personal|security|clocks|workcal|import|people)\/|features\/settings\/(company-page|field|choice)|meta\/permission-words|record\/(sign-ins|proof-dialog|proof-mark)|features\/auth\/(other-ways|forgot-dialog|factor-form|set-password)/,
  ],
  [
    workZh,
    workEn,
    /features\/(calendar|clocks|home|lead|timeliness|todo|worklog)\/|customer\/propose|form\/(follow-more|move-sheet|outbox-sheet|plan-sheet|time-left|todo-acts|todo-row|when)|record\/(comments|timeline\/planned)/,
  ],
  [leadsZh, leadsEn, /features\/lead\/|form\/talk-points/],
  [notesZh, notesEn, /features\/notify\//],
  [reportsZh, reportsEn, /features\/(reports|timeliness)\/|lib\/ui\/period-picker/],
  [poolsZh, poolsEn, /features\/pools\//],
  [worklogZh, worklogEn, /features\/worklog\//],
  [recordsZh, recordsEn, /record\/(list\/|detail\/(files|log|record-page)|whose-dialogs)|fields\/filter-value|features\/search\/palette/],
];

describe("i18n", () => {
  afterEach(() => setLanguage("zh"));
  it("has the same keys in both languages", () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
    for (const [chinese, english] of groups) expect(Object.keys(english).sort()).toEqual(Object.keys(chinese).sort());
  });
  it("says words alone where they are loaded, and no word twice", () => {
    const all = [zh, ...groups.map(([chinese]) => chinese)].flatMap(Object.keys);
    expect(all.filter((k, i) => all.indexOf(k) !== i)).toEqual([]);
    for (const [chinese, , theirs] of groups)
      for (const f of sources.filter((f) => !theirs.test(f))) {
        const said = new Set([...readFileSync(f, "utf8").matchAll(/\bt\(\s*"([\w.]+)"/g)].map((m) => m[1]));
        expect(
          Object.keys(chinese).filter((k) => said.has(k)),
          f,
        ).toEqual([]);
      }
  });
  it("has no Chinese in English", () => {
    const kept = new Set(["language.other", "money.hint"]);
    for (const [key, m] of [en, ...groups.map(([, english]) => english)].flatMap((words) => Object.entries<unknown>(words)))
      if (!kept.has(key))
        expect(typeof m === "string" ? m : (m as (...a: unknown[]) => string)("x", "x", "x")).not.toMatch(/[\u4e00-\u9fff]/);
  });
  it("takes arguments and says plurals", async () => {
    expect(t("bulk.done", 1)).toBe("已处理 1 条");
    await setLanguage("en");
    expect([t("bulk.done", 1), t("bulk.done", 2)]).toEqual(["1 record changed", "2 records changed"]);
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
    const words = [zh, ...groups.map(([chinese]) => chinese)].flatMap(Object.keys);
    const unused = words.filter((k) => !all.includes(`"${k}"`) && !families.some((p) => k.startsWith(p)));
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

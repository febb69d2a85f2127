import { useSyncExternalStore } from "react";
import type { adminZh } from "../locales/admin-zh";
import type { leadsZh } from "../locales/leads-zh";
import type { notesZh } from "../locales/notes-zh";
import type { poolsZh } from "../locales/pools-zh";
import type { recordsZh } from "../locales/records-zh";
import type { reportsZh } from "../locales/reports-zh";
import type { workZh } from "../locales/work-zh";
import type { worklogZh } from "../locales/worklog-zh";
import { zh } from "../locales/zh";

// biome-ignore lint/suspicious/noExplicitAny: only infers the argument list
type Message<T> = T extends (...a: infer A extends any[]) => string ? (...a: A) => string : string;
type Same<T> = { [K in keyof T]: Message<T[K]> };
/** Every language has the keys of the Chinese source, with the same arguments: a missing one does not compile. */
export type Messages = Same<typeof zh>;
/** The words of the administrators' screens, which load with the first of them (withAdmin). */
export type AdminMessages = Same<typeof adminZh>;
/** The words of plans, the to-do list, the calendar and the clocks, which load with the first of these (withWork). */
export type WorkMessages = Same<typeof workZh>;
/** The words of reminders and of how they come, which load with the bell (withNotes). */
export type NotesMessages = Same<typeof notesZh>;
/** The words of leads, which load with the first of their screens (withLeads). */
export type LeadsMessages = Same<typeof leadsZh>;
/** The words of the reports (withReports). */
export type ReportsMessages = Same<typeof reportsZh>;
/** The words of lists, and of what a record keeps behind its first view (withRecords). */
export type RecordsMessages = Same<typeof recordsZh>;
/** The words of pools, of who has what, and of requests for it (withPools). */
export type PoolsMessages = Same<typeof poolsZh>;
/** The words of the daily work log (withWorklog). */
export type WorklogMessages = Same<typeof worklogZh>;
type All = Messages &
  AdminMessages &
  WorkMessages &
  NotesMessages &
  LeadsMessages &
  ReportsMessages &
  RecordsMessages &
  PoolsMessages &
  WorklogMessages;
export type Key = keyof All;
type Args<K extends Key> = All[K] extends (...a: infer A) => string ? A : [];
/** The keys of plain messages, those without arguments. */
export type PlainKey = { [K in Key]: All[K] extends string ? K : never }[Key];
export type Language = "zh" | "en";

/** Every language, named as those who speak it do. */
export const languages: { value: Language; label: string }[] = [
  { value: "zh", label: "简体中文" },
  { value: "en", label: "English" },
];

let language: Language = "zh";
let messages: Partial<All> = zh;
/** Words that load when a screen first needs them. */
const parts = {
  admin: {
    zh: async (): Promise<Partial<All>> => (await import("../locales/admin-zh")).adminZh,
    en: async (): Promise<Partial<All>> => (await import("../locales/admin-en")).adminEn,
  },
  work: {
    zh: async (): Promise<Partial<All>> => (await import("../locales/work-zh")).workZh,
    en: async (): Promise<Partial<All>> => (await import("../locales/work-en")).workEn,
  },
  leads: {
    zh: async (): Promise<Partial<All>> => (await import("../locales/leads-zh")).leadsZh,
    en: async (): Promise<Partial<All>> => (await import("../locales/leads-en")).leadsEn,
  },
  notes: {
    zh: async (): Promise<Partial<All>> => (await import("../locales/notes-zh")).notesZh,
    en: async (): Promise<Partial<All>> => (await import("../locales/notes-en")).notesEn,
  },
  reports: {
    zh: async (): Promise<Partial<All>> => (await import("../locales/reports-zh")).reportsZh,
    en: async (): Promise<Partial<All>> => (await import("../locales/reports-en")).reportsEn,
  },
  records: {
    zh: async (): Promise<Partial<All>> => (await import("../locales/records-zh")).recordsZh,
    en: async (): Promise<Partial<All>> => (await import("../locales/records-en")).recordsEn,
  },
  pools: {
    zh: async (): Promise<Partial<All>> => (await import("../locales/pools-zh")).poolsZh,
    en: async (): Promise<Partial<All>> => (await import("../locales/pools-en")).poolsEn,
  },
  worklog: {
    zh: async (): Promise<Partial<All>> => (await import("../locales/worklog-zh")).worklogZh,
    en: async (): Promise<Partial<All>> => (await import("../locales/worklog-en")).worklogEn,
  },
};
type Part = keyof typeof parts;
const got = new Map<Part, Promise<void>>();
const listeners = new Set<() => void>();

/** The message of key in the current language. */
export function t<K extends Key>(key: K, ...args: Args<K>): string {
  const m = messages[key] as string | ((...a: unknown[]) => string);
  return typeof m === "function" ? m(...args) : m;
}

export const currentLanguage = (): Language => language;
/** The BCP 47 tag for Intl and the lang attribute. */
export const locale = () => (language === "en" ? "en" : "zh-CN");

async function wordsOf(of: Language): Promise<Partial<All>> {
  const own = of === "en" ? (await import("../locales/en")).en : zh;
  const more = await Promise.all([...got.keys()].map((part) => parts[part][of]()));
  return Object.assign({}, own, ...more);
}

async function loadWords(part: Part) {
  const of = language;
  const words = await parts[part][of]();
  // Switching meanwhile has brought them in the other language.
  if (of === language) messages = { ...messages, ...words };
}

async function withWords<T>(part: Part, get: () => Promise<T>): Promise<T> {
  const screen = get();
  screen.catch(() => {}); // said below
  if (!got.has(part)) got.set(part, loadWords(part));
  try {
    await got.get(part);
  } catch (e) {
    got.delete(part); // the next screen tries again
    throw e;
  }
  return screen;
}

/** Gets a part of the administrators' screens together with the words it needs. */
export const withAdmin = <T>(get: () => Promise<T>) => withWords("admin", get);
/** Gets a screen of plans and clocks together with the words it needs. */
export const withWork = <T>(get: () => Promise<T>) => withWords("work", get);
/** Gets a screen of leads together with the words it needs, and those of plans and clocks. */
export const withLeads = <T>(get: () => Promise<T>) => withWords("leads", () => withWork(get));
/** Gets what shows reminders together with the words it needs. */
export const withNotes = <T>(get: () => Promise<T>) => withWords("notes", get);
/** Gets what lists records, or what is behind the first view of one, together with the words it needs. */
export const withRecords = <T>(get: () => Promise<T>) => withWords("records", get);
/** Gets a screen of reports together with the words it needs, those of lists among them. */
export const withReports = <T>(get: () => Promise<T>) => withWords("reports", () => withRecords(get));
/** Gets a screen of pools together with the words it needs. */
export const withPools = <T>(get: () => Promise<T>) => withWords("pools", get);
/** Gets the work log together with the words it needs. */
export const withWorklog = <T>(get: () => Promise<T>) => withWords("worklog", () => withWork(get));

/** Switches the page's language; English comes in its own file, when first asked for. */
export async function setLanguage(next: Language) {
  messages = await wordsOf(next);
  language = next;
  document.documentElement.lang = locale();
  try {
    localStorage.setItem("language", next);
  } catch {} // private mode
  for (const l of listeners) l();
}

/** The language to begin with: the one last chosen here, else that of what came with the page, else the browser's. */
export function preferredLanguage(): Language {
  try {
    const kept = localStorage.getItem("language");
    if (kept === "zh" || kept === "en") return kept;
  } catch {} // private mode
  const came = document.getElementById("boot")?.dataset.lang;
  if (came === "zh" || came === "en") return came;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export const useLanguage = () =>
  useSyncExternalStore(
    (l) => {
      listeners.add(l);
      return () => listeners.delete(l);
    },
    () => language,
  );

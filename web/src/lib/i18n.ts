import { useSyncExternalStore } from "react";
import { zh } from "../locales/zh";

// biome-ignore lint/suspicious/noExplicitAny: only infers the argument list
type Message<T> = T extends (...a: infer A extends any[]) => string ? (...a: A) => string : string;
/** Every language has the keys of the Chinese source, with the same arguments: a missing one does not compile. */
export type Messages = { [K in keyof typeof zh]: Message<(typeof zh)[K]> };
export type Key = keyof Messages;
type Args<K extends Key> = Messages[K] extends (...a: infer A) => string ? A : [];
/** The keys of plain messages, those without arguments. */
export type PlainKey = { [K in Key]: Messages[K] extends string ? K : never }[Key];
export type Language = "zh" | "en";

let language: Language = "zh";
let messages: Messages = zh;
const listeners = new Set<() => void>();

/** The message of key in the current language. */
export function t<K extends Key>(key: K, ...args: Args<K>): string {
  const m = messages[key] as string | ((...a: unknown[]) => string);
  return typeof m === "function" ? m(...args) : m;
}

export const currentLanguage = (): Language => language;
/** The BCP 47 tag for Intl and the lang attribute. */
export const locale = () => (language === "en" ? "en" : "zh-CN");

/** Switches the page's language; English comes in its own file, when first asked for. */
export async function setLanguage(next: Language) {
  messages = next === "en" ? (await import("../locales/en")).en : zh;
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

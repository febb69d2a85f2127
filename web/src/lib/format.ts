import { dayOf, daysBetween, isDay, timeOf, today } from "./dates";
import { currentLanguage, locale, t } from "./i18n";

// Intl objects are costly to make: one for each language and purpose.
const made = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat>();
function dates(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale() + name;
  if (!made.has(key)) made.set(key, new Intl.DateTimeFormat(locale(), options));
  return made.get(key) as Intl.DateTimeFormat;
}
function numbers(name: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale() + name;
  if (!made.has(key)) made.set(key, new Intl.NumberFormat(locale(), options));
  return made.get(key) as Intl.NumberFormat;
}

/** An instant as people write it: "今天 14:30", "11-19 09:00", "2025-11-19" in another year; midnight stands for the day. */
export function formatInstant(instant: string | null | undefined): string {
  if (!instant) return "";
  const d = new Date(instant);
  const day = dayOf(d);
  return isDay(d) || day.slice(0, 4) !== today().slice(0, 4) ? formatDay(day) : `${formatDay(day)} ${timeOf(d)}`;
}

/** A calendar day: 今天, 明天, 昨天, "11-19", or "2025-11-19" in another year. */
export function formatDay(day: string | null | undefined): string {
  if (!day) return "";
  const away = daysBetween(today(), day);
  if (away === 0) return t("day.today");
  if (away === 1) return t("day.tomorrow");
  if (away === -1) return t("day.yesterday");
  return day.slice(0, 4) === today().slice(0, 4) ? day.slice(5) : day;
}

/** A day with its weekday, for headings: "11月21日周六", "Sat, Nov 21". */
export const formatLongDay = (day: string) =>
  dates("long", { month: "short", day: "numeric", weekday: "short", timeZone: "UTC" }).format(new Date(`${day}T12:00Z`));

/** The month of a day: "2026年11月", "November 2026". */
export const formatMonth = (day: string) =>
  dates("month", { year: "numeric", month: "long", timeZone: "UTC" }).format(new Date(`${day}T12:00Z`));

/** The weekday of a day: "周六", "Sat". */
export const formatWeekday = (day: string) => dates("weekday", { weekday: "short", timeZone: "UTC" }).format(new Date(`${day}T12:00Z`));

/** The full moment, for titles and the log: "2026-11-21 14:30"; midnight stands for the day. */
export function formatExact(instant: string | null | undefined): string {
  if (!instant) return "";
  const d = new Date(instant);
  return isDay(d) ? dayOf(d) : `${dayOf(d)} ${timeOf(d)}`;
}

/** How long ago or ahead, in words: "3 天前", "2 小时后". */
export function formatAgo(instant: string, now = Date.now()): string {
  const seconds = (Date.parse(instant) - now) / 1000;
  const far = Math.abs(seconds);
  const key = `ago${currentLanguage()}`;
  if (!agos.has(key)) agos.set(key, new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }));
  const rtf = agos.get(key) as Intl.RelativeTimeFormat;
  if (far < 60) return t("time.now");
  if (far < 3600) return rtf.format(Math.round(seconds / 60), "minute");
  if (far < 86_400) return rtf.format(Math.round(seconds / 3600), "hour");
  return rtf.format(Math.round(seconds / 86_400), "day");
}
const agos = new Map<string, Intl.RelativeTimeFormat>();

export const formatNumber = (n: number | null | undefined) => (n == null ? "" : numbers("n", { maximumFractionDigits: 6 }).format(n));

/** Money in minor units (分) as "¥1,234.50"; the decimals are left out when they are zero. */
export function formatMoney(minor: number | null | undefined, currency = "CNY"): string {
  if (minor == null) return "";
  const whole = minor % 100 === 0;
  const name = `m${currency}${whole}`;
  return numbers(name, {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: whole ? 0 : 2,
    maximumFractionDigits: 2,
  }).format(minor / 100);
}

/** What a person types for an amount ("1,200.5", "10万", "¥3.2亿") in minor units; null when empty, undefined when it is no amount. */
export function parseMoney(text: string): number | null | undefined {
  const s = text.replace(/[\s,，¥￥元]/g, "");
  if (!s) return null;
  const m = /^(-?\d+(?:\.\d+)?)(万|w|W|亿|k|K)?$/.exec(s);
  if (!m) return undefined;
  const unit = { 万: 1e4, w: 1e4, W: 1e4, 亿: 1e8, k: 1e3, K: 1e3 }[m[2] ?? ""] ?? 1;
  return Math.round(Number(m[1]) * unit * 100);
}

/** Minor units as the plain text one edits: "1200.5". */
export const moneyInput = (minor: number | null | undefined) => (minor == null ? "" : String(minor / 100));

export function formatBytes(n: number): string {
  if (n < 1024) return `${n} B`;
  if (n < 1024 * 1024) return `${(n / 1024).toFixed(0)} KB`;
  return `${(n / 1024 / 1024).toFixed(1)} MB`;
}

/** Seconds as "1 分 20 秒" for progress. */
export const formatSpan = (seconds: number) =>
  seconds < 60 ? t("span.seconds", Math.ceil(seconds)) : t("span.minutes", Math.floor(seconds / 60), Math.ceil(seconds % 60));

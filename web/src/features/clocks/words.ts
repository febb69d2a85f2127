import type { Span } from "../../api/work";
import { t } from "../../lib/i18n";

export const units: Span["unit"][] = ["minute", "hour", "day", "month"];

/** A length of time in words: "3 天", "24 小时（工作时间）". */
export function saidSpan(s: Span | undefined): string {
  if (!s || s.n === 0) return t("clocks.atOnce");
  const said = { minute: t("clock.minutes", s.n), hour: t("clock.hours", s.n), day: t("clock.days", s.n), month: t("clock.months", s.n) }[
    s.unit
  ];
  return s.working ? t("clocks.inWork", said) : said;
}

/** Minutes in the largest unit that fits. */
export function inUnit(minutes: number): { n: number; unit: "minute" | "hour" | "day" } {
  if (minutes > 0 && minutes % 1440 === 0) return { n: minutes / 1440, unit: "day" };
  return minutes > 0 && minutes % 60 === 0 ? { n: minutes / 60, unit: "hour" } : { n: minutes, unit: "minute" };
}
export const minutesOf = ({ n, unit }: { n: number; unit: "minute" | "hour" | "day" }) => n * { minute: 1, hour: 60, day: 1440 }[unit];

/** Minutes in words. */
export const saidMinutes = (minutes: number) => saidSpan(inUnit(minutes));

import { isDay } from "../lib/dates";
import { formatExact } from "../lib/format";
import { t } from "../lib/i18n";
import { IconAlertTriangle, IconClock } from "../lib/ui/icons";
import { useNow } from "../lib/use-now";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** The length of a time in the largest unit that tells enough: "12 分钟", "3 小时", "2 天". */
export function span(ms: number): string {
  const far = Math.abs(ms);
  if (far < hour) return t("clock.minutes", Math.max(1, Math.round(far / minute)));
  return far < 2 * day ? t("clock.hours", Math.round(far / hour)) : t("clock.days", Math.round(far / day));
}

/** What is promised for a day may be done until that day is over. */
export const endOf = (due: string) => Date.parse(due) + (isDay(new Date(due)) ? day : 0);

/** 还剩 3 小时, or 超期 2 天: by the server's clock, and as time goes by. */
export function TimeLeft({ due }: { due: string }) {
  const left = endOf(due) - useNow();
  const state = left < 0 ? "over" : left < 2 * hour ? "soon" : "calm";
  const Icon = left < 0 ? IconAlertTriangle : IconClock;
  return (
    <time className={`time-left ${state}`} dateTime={due} title={formatExact(due)}>
      <Icon size={14} aria-hidden />
      {left < 0 ? t("clock.over", span(left)) : t("clock.left", span(left))}
    </time>
  );
}

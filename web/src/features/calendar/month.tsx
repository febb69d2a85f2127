import { at } from "../../form/when";
import { timeOf, today } from "../../lib/dates";
import { formatLongDay, formatWeekday } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Agenda } from "./agenda";
import { allowDrop, DayMark, dropped, Event } from "./bits";
import type { ViewProps } from "./calendar-page";
import { byDay } from "./layout";

// How many fit into a day's cell; the rest is a tap away.
const most = 4;

/** Whole weeks with what is on each day; on a phone the days have dots, and what is on one of them stands below. */
export function Month({ small, ...p }: ViewProps & { small: boolean }) {
  const lists = byDay(p.items);
  const month = p.day.slice(0, 7);
  return (
    <>
      <div className={small ? "box cal-month small" : "box cal-month"}>
        {p.days.slice(0, 7).map((d) => (
          <span key={d} className="cal-weekday">
            {formatWeekday(d)}
          </span>
        ))}
        {p.days.map((d) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: 改到… does the same by keyboard
          <div
            key={d}
            className={`cal-cell${d.startsWith(month) ? "" : " other"}${d === today() ? " now" : ""}${small && d === p.day ? " on" : ""}`}
            onDragOver={allowDrop}
            onDrop={(e) => {
              const x = dropped(e);
              if (x) p.onMove(x, at(d, timeOf(new Date(x.start))));
            }}
          >
            <button
              type="button"
              className="cal-date"
              aria-label={`${formatLongDay(d)} ${t("calendar.n", lists.get(d)?.length ?? 0)}`}
              aria-current={d === today() ? "date" : undefined}
              onClick={() => p.onDay(d)}
            >
              <b className="num">{Number(d.slice(8))}</b>
              {small && (
                <span className="cal-dots" aria-hidden>
                  {(lists.get(d) ?? []).slice(0, 3).map((x) => (
                    <i key={x.id} className={`dot c-${x.color || "blue"}`} />
                  ))}
                </span>
              )}
            </button>
            <DayMark special={p.special} day={d} />
            {!small && (
              <>
                {(lists.get(d) ?? []).slice(0, most).map((x) => (
                  <Event key={x.id} item={x} team={p.team} onOpen={p.onOpen} />
                ))}
                {(lists.get(d)?.length ?? 0) > most && (
                  <button type="button" className="link small" onClick={() => p.onDay(d)}>
                    {t("calendar.more", (lists.get(d)?.length ?? 0) - most)}
                  </button>
                )}
              </>
            )}
          </div>
        ))}
      </div>
      {small && <Agenda {...p} days={[p.day]} />}
    </>
  );
}

import { type MouseEvent, useLayoutEffect, useRef } from "react";
import { at } from "../../form/when";
import { dayOf, today } from "../../lib/dates";
import { formatWeekday } from "../../lib/format";
import { t } from "../../lib/i18n";
import { useNow } from "../../lib/use-now";
import { allowDrop, DayMark, dropped, Event } from "./bits";
import type { ViewProps } from "./calendar-page";
import { byDay, minuteOf, place } from "./layout";

/** The width of what says that there is more, in pixels. */
const moreWidth = 34;
/** The height of an hour in pixels; as calendar.css has it. */
const hour = 48;
/** To the quarter of an hour at which the pointer stands in a column. */
function timeAt(e: { clientY: number; currentTarget: Element }): string {
  const minutes = Math.max(0, Math.min(24 * 60 - 15, ((e.clientY - e.currentTarget.getBoundingClientRect().top) / hour) * 60));
  const quarter = Math.floor(minutes / 15) * 15;
  return `${String(Math.floor(quarter / 60)).padStart(2, "0")}:${String(quarter % 60).padStart(2, "0")}`;
}

/** Days as columns of hours: what takes a whole day stands above them. */
export function Week({ days, items, special, team, onOpen, onMove, onDay, onFree }: ViewProps) {
  const box = useRef<HTMLDivElement>(null);
  const lists = byDay(items);
  const now = new Date(useNow());
  useLayoutEffect(() => {
    if (box.current) box.current.scrollTop = 8 * hour - 6;
  }, []);
  const free = (day: string) => (e: MouseEvent<HTMLDivElement>) => onFree?.(at(day, timeAt(e)));
  return (
    <div className="box cal-week" style={{ "--days": days.length } as React.CSSProperties}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must by the keyboard */}
      <div ref={box} className="cal-scroll" tabIndex={0} role="region" aria-label={`${days[0]} – ${days.at(-1)}`}>
        <div className="cal-sticky">
          <div className="cal-row cal-heads">
            <span />
            {days.map((d) => (
              <div key={d} className={d === today() ? "cal-day now" : "cal-day"}>
                <button type="button" className="link" onClick={() => onDay(d)} aria-current={d === today() ? "date" : undefined}>
                  <span>{formatWeekday(d)}</span> <b className="num">{Number(d.slice(8))}</b>
                </button>
                <DayMark special={special} day={d} />
              </div>
            ))}
          </div>
          <div className="cal-row cal-whole">
            <span />
            {days.map((d) => (
              <div key={d}>
                {(lists.get(d) ?? [])
                  .filter((x) => x.all_day)
                  .map((x) => (
                    <Event key={x.id} item={x} team={team} onOpen={onOpen} />
                  ))}
              </div>
            ))}
          </div>
        </div>
        <div className="cal-row cal-hours">
          <div className="cal-times" aria-hidden>
            {Array.from({ length: 23 }, (_, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the hours stay as they are
              <span key={i} style={{ top: (i + 1) * hour }}>
                {i + 1}:00
              </span>
            ))}
          </div>
          {days.map((d) => (
            // biome-ignore lint/a11y/noStaticElementInteractions: plans are also made, and moved, by buttons
            // biome-ignore lint/a11y/useKeyWithClickEvents: plans are also made, and moved, by buttons
            <div
              key={d}
              className={special[d]?.off || (weekend(d) && !special[d]) ? "cal-col free" : "cal-col"}
              onClick={free(d)}
              onDragOver={allowDrop}
              onDrop={(e) => {
                const x = dropped(e);
                if (x) onMove(x, at(d, timeAt(e)));
              }}
            >
              {dayOf(now) === d && <i className="cal-now" style={{ top: (minuteOf(now.toISOString()) / 60) * hour }} />}
              <Things {...{ items: lists.get(d) ?? [], team, onOpen }} most={days.length > 1 ? 2 : 8} onMore={() => onDay(d)} />
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

type ThingsProps = Pick<ViewProps, "items" | "team" | "onOpen"> & { most: number; onMore: () => void };

/** What is on one day, and how much more than has room. */
function Things({ items, team, most, onOpen, onMore }: ThingsProps) {
  const { placed, more } = place(items, most);
  const room = more.length ? `(100% - ${moreWidth}px)` : "100%";
  return (
    <>
      {placed.map((p) => (
        <Event
          key={p.item.id}
          item={p.item}
          team={team}
          onOpen={onOpen}
          className={p.lanes > 1 && most < 8 ? "placed side" : "placed"}
          lines={Math.max(1, Math.floor(((p.height / 60) * hour - 6) / 18))}
          style={{
            top: (p.top / 60) * hour,
            height: (p.height / 60) * hour - 2,
            left: `calc(${room} * ${p.lane / p.lanes})`,
            width: `calc(${room} / ${p.lanes} - 3px)`,
          }}
        />
      ))}
      {more.map((m) => (
        <button
          key={m.top}
          type="button"
          className="cal-more"
          style={{ top: (m.top / 60) * hour, width: moreWidth - 3 }}
          title={t("calendar.more", m.n)}
          onClick={(e) => {
            e.stopPropagation();
            onMore();
          }}
        >
          +{m.n}
          <span className="sr">{t("calendar.more", m.n)}</span>
        </button>
      ))}
    </>
  );
}

const weekend = (day: string) => [0, 6].includes(new Date(`${day}T12:00Z`).getUTCDay());

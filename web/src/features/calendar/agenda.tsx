import { addDays, today } from "../../lib/dates";
import { formatLongDay, formatWeekday } from "../../lib/format";
import { t } from "../../lib/i18n";
import { DayMark, Event } from "./bits";
import type { ViewProps } from "./calendar-page";
import { byDay, mondayOf } from "./layout";

/** On a phone: the days one below the other, with what is on each. */
export function Agenda({ days, day, items, special, team, strip, onOpen, onDay }: ViewProps & { strip?: boolean }) {
  const lists = byDay(items);
  return (
    <>
      {strip && <Strip day={day} onDay={onDay} />}
      {days.map((d) => (
        <section key={d} className="box cal-agenda" aria-labelledby={`d-${d}`}>
          <h2 id={`d-${d}`} className={d === today() ? "now" : undefined}>
            {formatLongDay(d)} <DayMark special={special} day={d} />
          </h2>
          {lists.has(d) ? (
            <ul>
              {lists.get(d)?.map((x) => (
                <li key={x.id}>
                  <Event item={x} team={team} onOpen={onOpen} />
                </li>
              ))}
            </ul>
          ) : (
            <p className="muted small">{t("calendar.none")}</p>
          )}
        </section>
      ))}
    </>
  );
}

/** The week around a day. */
function Strip({ day, onDay }: { day: string; onDay: (d: string) => void }) {
  const from = mondayOf(day);
  return (
    <div className="cal-strip">
      {Array.from({ length: 7 }, (_, i) => addDays(from, i)).map((d) => (
        <button
          key={d}
          type="button"
          className={`${d === day ? "on" : ""}${d === today() ? " now" : ""}`}
          aria-pressed={d === day}
          onClick={() => onDay(d)}
        >
          <span>{formatWeekday(d)}</span> <b className="num">{Number(d.slice(8))}</b>
        </button>
      ))}
    </div>
  );
}

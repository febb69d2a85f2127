import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type CalendarDay, calendarYearQuery, type WorkingCalendar, type WorkingTime } from "../../api/workcal";
import { today } from "../../lib/dates";
import { formatLongDay } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Chips, Failed, Field, Ghosts } from "../../lib/ui/bits";
import { FormDialog } from "../../lib/ui/form-dialog";
import { IconChevronLeft, IconChevronRight } from "../../lib/ui/icons";
import { lead, monthName, weekdays } from "./words";

type Props = { department: string; calendar: WorkingCalendar; save: (change: Partial<WorkingTime>) => Promise<boolean> };

/** A year day by day: 休 and 班 where a day is not as its weekday. A click changes a day. */
export function Year({ department, calendar, save }: Props) {
  const [year, setYear] = useState(Number(today().slice(0, 4)));
  const [at, setAt] = useState<CalendarDay>();
  const { data, error, refetch } = useQuery({ ...calendarYearQuery(department, year), placeholderData: keepPreviousData });
  return (
    <section className="box" aria-labelledby="workcal-year">
      <div className="box-head wrap">
        <h2 id="workcal-year">{t("workcal.days")}</h2>
        <div className="row workcal-years">
          <button type="button" className="icon-btn" aria-label={t("workcal.before")} onClick={() => setYear(year - 1)}>
            <IconChevronLeft size={20} aria-hidden />
          </button>
          <b className="num" aria-live="polite">
            {year}
          </b>
          <button type="button" className="icon-btn" aria-label={t("workcal.after")} onClick={() => setYear(year + 1)}>
            <IconChevronRight size={20} aria-hidden />
          </button>
        </div>
      </div>
      <div className="workcal-body">
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : !data || data.year !== year ? (
          <Ghosts n={4} h={120} />
        ) : (
          <>
            <p className={data.published ? "note info" : "note"}>
              {data.note} <span className="workcal-count">{t("workcal.count", data.working_days)}</span>
            </p>
            <p className="muted small">{t("workcal.click")}</p>
            <div className="workcal-months">
              {Array.from({ length: 12 }, (_, m) => (
                <Month key={monthName(year, m)} year={year} month={m} days={data.days} open={setAt} />
              ))}
            </div>
          </>
        )}
      </div>
      {at && <DayDialog day={at} calendar={calendar} save={save} onClose={() => setAt(undefined)} />}
    </section>
  );
}

function Month({ year, month, days, open }: { year: number; month: number; days: CalendarDay[]; open: (day: CalendarDay) => void }) {
  const prefix = `${year}-${String(month + 1).padStart(2, "0")}`;
  const own = days.filter((d) => d.date.startsWith(prefix));
  const first = own[0];
  return (
    <section className="workcal-month" aria-label={`${monthName(year, month)} ${year}`}>
      <h3>{monthName(year, month)}</h3>
      <div className="workcal-grid">
        {weekdays("narrow").map((w) => (
          <span key={w.day} className="workcal-dow" aria-hidden>
            {w.name}
          </span>
        ))}
        {own.map((d) => (
          <button
            key={d.date}
            type="button"
            className={dayClass(d)}
            style={d === first ? { gridColumnStart: lead(d.date) + 1 } : undefined}
            aria-label={said(d)}
            title={d.name || undefined}
            onClick={() => open(d)}
          >
            <span className="num">{Number(d.date.slice(8))}</span>
            {d.source && <i aria-hidden>{d.works ? t("workcal.works") : t("workcal.off")}</i>}
          </button>
        ))}
      </div>
    </section>
  );
}

const dayClass = (d: CalendarDay) =>
  [
    "workcal-day",
    d.works ? "" : "free",
    d.source ? "special" : "",
    d.source === "own" || d.source === "department" ? "own" : "",
    d.date === today() ? "now" : "",
  ]
    .filter(Boolean)
    .join(" ");
const said = (d: CalendarDay) =>
  [formatLongDay(d.date), d.works ? t("workcal.worked") : t("workcal.isOff"), d.name].filter(Boolean).join(" · ");

type Will = "usual" | "off" | "works";
type DayProps = {
  day: CalendarDay;
  calendar: WorkingCalendar;
  save: (change: Partial<WorkingTime>) => Promise<boolean>;
  onClose: () => void;
};

function DayDialog({ day, calendar, save, onClose }: DayProps) {
  const own = calendar.days.find((d) => d.date === day.date);
  const [will, setWill] = useState<Will>(own ? (own.off ? "off" : "works") : "usual");
  const send = async (form: FormData) => {
    const others = calendar.days.filter((d) => d.date !== day.date);
    const name = String(form.get("name") ?? "").trim();
    const days = will === "usual" ? others : [...others, { date: day.date, name, off: will === "off" }];
    return save({ days });
  };
  return (
    <FormDialog title={formatLongDay(day.date)} kind="drawer" onSubmit={send} onClose={onClose}>
      {() => (
        <>
          {day.name && day.source !== "own" && day.source !== "department" && (
            <p className="muted">{[day.name, day.works ? t("workcal.worked") : t("workcal.isOff")].join(" · ")}</p>
          )}
          <Chips
            label={t("workcal.will")}
            value={will}
            options={[
              { value: "usual", label: t("workcal.usual") },
              { value: "off", label: t("workcal.isOff") },
              { value: "works", label: t("workcal.worked") },
            ]}
            onChange={setWill}
          />
          {will !== "usual" && (
            <Field id="workcal-name" label={t("workcal.name")}>
              <input
                id="workcal-name"
                name="name"
                className="input"
                maxLength={30}
                defaultValue={own?.name ?? ""}
                autoComplete="off"
                placeholder={t("workcal.nameExample")}
              />
            </Field>
          )}
        </>
      )}
    </FormDialog>
  );
}

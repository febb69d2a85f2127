import { useState } from "react";
import type { WorkingCalendar, WorkingHours, WorkingTime } from "../../api/workcal";
import { t } from "../../lib/i18n";
import { IconPlus, IconX } from "../../lib/ui/icons";
import { weekdays } from "./words";

type Props = { department: string; calendar: WorkingCalendar; save: (change: Partial<WorkingTime>) => Promise<boolean> };

/** The hours of a working day and the days off in the week; of a department what differs from above. */
export function Hours({ department, calendar, save }: Props) {
  const [hours, setHours] = useState(calendar.hours);
  const [weekend, setWeekend] = useState(calendar.weekend);
  const [busy, setBusy] = useState(false);
  const shownHours = hours ?? calendar.effective_hours;
  const shownWeekend = weekend ?? calendar.effective_weekend;
  const changed = JSON.stringify([hours, weekend]) !== JSON.stringify([calendar.hours, calendar.weekend]);
  const send = async () => {
    setBusy(true);
    await save({ hours, weekend });
    setBusy(false);
  };
  const above = calendar.inherits.name || t("workcal.company");
  return (
    <section className="box" aria-labelledby="workcal-hours">
      <div className="box-head">
        <h2 id="workcal-hours">{t("workcal.hours")}</h2>
      </div>
      <div className="workcal-body">
        {department && (
          <Own
            label={t("workcal.ownHours", above)}
            own={hours !== null}
            onChange={(own) => setHours(own ? calendar.effective_hours : null)}
          />
        )}
        <Parts hours={shownHours} fixed={department !== "" && hours === null} onChange={setHours} />
        {department && (
          <Own
            label={t("workcal.ownWeekend", above)}
            own={weekend !== null}
            onChange={(own) => setWeekend(own ? calendar.effective_weekend : null)}
          />
        )}
        <fieldset className="workcal-week">
          <legend>{t("workcal.weekend")}</legend>
          {weekdays().map(({ day, name }) => (
            <label key={day} className={shownWeekend.includes(day) ? "chip on" : "chip"}>
              <input
                type="checkbox"
                className="sr"
                checked={shownWeekend.includes(day)}
                disabled={department !== "" && weekend === null}
                onChange={(e) => setWeekend(e.target.checked ? [...shownWeekend, day].sort() : shownWeekend.filter((d) => d !== day))}
              />
              {name}
            </label>
          ))}
        </fieldset>
        <div className="row">
          <button type="button" className="btn primary" disabled={!changed || busy} onClick={() => void send()}>
            {t("save")}
          </button>
        </div>
      </div>
    </section>
  );
}

const Own = ({ label, own, onChange }: { label: string; own: boolean; onChange: (own: boolean) => void }) => (
  <label className="check">
    <input type="checkbox" checked={own} onChange={(e) => onChange(e.target.checked)} />
    {label}
  </label>
);

function Parts({ hours, fixed, onChange }: { hours: WorkingHours[]; fixed: boolean; onChange: (hours: WorkingHours[]) => void }) {
  const change = (i: number, part: Partial<WorkingHours>) => onChange(hours.map((h, n) => (n === i ? { ...h, ...part } : h)));
  return (
    <div className="workcal-parts">
      {hours.map((h, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a part is known by its place
        <div key={i} className="row" role="group" aria-label={t("workcal.part", i + 1)}>
          <Clock label={t("workcal.from")} value={h.from} disabled={fixed} onChange={(from) => change(i, { from })} />
          <span aria-hidden>–</span>
          <Clock label={t("workcal.to")} value={h.to} disabled={fixed} onChange={(to) => change(i, { to })} />
          {!fixed && hours.length > 1 && (
            <button
              type="button"
              className="icon-btn"
              aria-label={t("workcal.lessPart", i + 1)}
              onClick={() => onChange(hours.filter((_, n) => n !== i))}
            >
              <IconX size={18} aria-hidden />
            </button>
          )}
        </div>
      ))}
      {!fixed && hours.length < 6 && (
        <button type="button" className="btn small" onClick={() => onChange([...hours, { from: hours.at(-1)?.to ?? "09:00", to: "" }])}>
          <IconPlus size={16} aria-hidden />
          {t("workcal.morePart")}
        </button>
      )}
    </div>
  );
}

/** A time of day. The end of the day, 24:00, is written as 00:00 since inputs know no other. */
const Clock = (p: { label: string; value: string; disabled: boolean; onChange: (v: string) => void }) => (
  <input
    type="time"
    className="input num workcal-clock"
    aria-label={p.label}
    value={p.value === "24:00" ? "00:00" : p.value}
    disabled={p.disabled}
    onChange={(e) => p.onChange(p.label === t("workcal.to") && e.target.value === "00:00" ? "24:00" : e.target.value)}
  />
);

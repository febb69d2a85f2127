import { useState } from "react";
import { addDays, dayOf, fromLocalInput, instantAt, nextMonday, timeOf, today, toLocalInput } from "../lib/dates";
import { formatLongDay } from "../lib/format";
import { t } from "../lib/i18n";
import { Chips } from "../lib/ui/bits";

const quick = ["today", "1", "3", "monday", "pick"] as const;
type Quick = (typeof quick)[number];

/** The instant of a day at the wall's time. */
export const at = (day: string, time: string) => fromLocalInput(`${day}T${time}`) ?? instantAt(day);

const dayFor = (q: Quick) => (q === "today" ? today() : q === "monday" ? nextMonday(today()) : addDays(today(), Number(q)));

/** The full hour that is a good while away, or nine in the morning when the day is nearly over. */
export const laterToday = () => `${String(Math.min(Number(timeOf(new Date()).slice(0, 2)) + 2, 20)).padStart(2, "0")}:00`;

type Props = { label: string; value: string; days?: readonly Quick[]; error?: string; onChange: (instant: string) => void };

/** A time to come: the usual days in one tap at the same hour, any other by the browser's own control. */
export function When({ label, value, days = quick, error, onChange }: Props) {
  const [chosen, setChosen] = useState<Quick>(
    () => days.find((q) => q !== "pick" && dayFor(q) === dayOf(new Date(value))) ?? (value ? "pick" : "1"),
  );
  const choose = (q: Quick) => {
    setChosen(q);
    if (q === "pick") return;
    const time = timeOf(new Date(value || instantAt(today())));
    const wanted = q === "today" && Date.parse(at(today(), time)) < Date.now() ? laterToday() : time;
    onChange(at(dayFor(q), wanted === "00:00" ? "09:00" : wanted));
  };
  return (
    <div className="when">
      <Chips label={label} value={chosen} options={days.map((q) => ({ value: q, label: said(q) }))} onChange={choose} />
      <input
        className={error ? "input bad" : "input"}
        type="datetime-local"
        aria-label={t("plan.time")}
        value={toLocalInput(value)}
        onChange={(e) => {
          const picked = fromLocalInput(e.target.value);
          if (!picked) return;
          setChosen("pick");
          onChange(picked);
        }}
      />
      {error ? (
        <p className="field-error">{error}</p>
      ) : (
        value && <p className="field-help">{`${formatLongDay(dayOf(new Date(value)))} ${timeOf(new Date(value))}`}</p>
      )}
    </div>
  );
}

const said = (q: Quick) => (q === "today" ? t("day.today") : t(`next.${q}`));

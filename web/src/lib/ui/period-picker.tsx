import { today } from "../dates";
import { t } from "../i18n";
import { daysOfPeriod, periods } from "../period";
import { Chips } from "./bits";
import "./period-picker.css";

type Days = { from: string; to: string };
type Props = Days & { onChange: (days: Days) => void };

/** The days a report is about: the usual ones in one tap, any others by the browser's own controls. */
export function PeriodPicker({ from, to, onChange }: Props) {
  const period = periods.find((p) => {
    const d = daysOfPeriod(p, today());
    return d.from === from && d.to === to;
  });
  return (
    <>
      <Chips
        label={t("period")}
        hideLabel
        value={period}
        options={periods.map((p) => ({ value: p, label: t(`period.${p}`) }))}
        onChange={(p) => onChange(daysOfPeriod(p, today()))}
      />
      <div className="row period-days">
        <input
          className="input"
          type="date"
          aria-label={t("period.from")}
          value={from}
          max={to}
          onChange={(e) => e.target.value && onChange({ from: e.target.value, to })}
        />
        –
        <input
          className="input"
          type="date"
          aria-label={t("period.to")}
          value={to}
          min={from}
          onChange={(e) => e.target.value && onChange({ from, to: e.target.value })}
        />
      </div>
    </>
  );
}

import { t } from "../lib/i18n";

// Minutes before.
const usual = [0, 15, 30, 60, 24 * 60];

/** A time before in words: "提前 30 分钟"; 0 is the time itself. */
export function saidBefore(minutes: number): string {
  if (minutes === 0) return t("remind.at");
  if (minutes % 1440 === 0) return t("remind.before", t("clock.days", minutes / 1440));
  if (minutes % 60 === 0) return t("remind.before", t("clock.hours", minutes / 60));
  return t("remind.before", t("clock.minutes", minutes));
}

/** Which reminders come before a plan, as minutes joined by commas; "" leaves it to the company. */
export function Remind({ value, onChange }: { value: string; onChange: (v: string) => void }) {
  const chosen = value.split(",").filter(Boolean).map(Number);
  const toggle = (m: number) => {
    const next = chosen.includes(m) ? chosen.filter((x) => x !== m) : [...chosen, m];
    onChange(next.sort((a, b) => a - b).join(","));
  };
  return (
    <fieldset className="chips">
      <legend>{t("remind")}</legend>
      {[...new Set([...usual, ...chosen])].map((m) => (
        <label key={m} className={chosen.includes(m) ? "chip on" : "chip"}>
          <input type="checkbox" checked={chosen.includes(m)} onChange={() => toggle(m)} />
          {saidBefore(m)}
        </label>
      ))}
      {chosen.length === 0 && <p className="field-help">{t("remind.default")}</p>}
    </fieldset>
  );
}

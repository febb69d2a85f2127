import { useState } from "react";
import { queryClient } from "../../api/query";
import { type ClockKind, type ClockSettings, putClockKind, type Span } from "../../api/work";
import { t } from "../../lib/i18n";
import { FormDialog } from "../../lib/ui/form-dialog";
import { IconPlus, IconTrash } from "../../lib/ui/icons";
import { toast } from "../../lib/ui/toast";
import { inUnit, minutesOf, saidMinutes, units } from "./words";

type Props = { kind: ClockKind; onClose: () => void };
type Part = { settings: ClockSettings; set: (patch: Partial<ClockSettings>) => void };

/** The settings of one kind of clocks, with the way back to the product's own. */
export function ClockDialog({ kind, onClose }: Props) {
  const [settings, setSettings] = useState<ClockSettings>(kind.settings);
  const set = (patch: Partial<ClockSettings>) => setSettings((s) => ({ ...s, ...patch }));
  const save = async () => {
    await putClockKind(kind.kind, settings);
    await queryClient.invalidateQueries({ queryKey: ["clock-kinds"] });
    toast(t("saved.done"));
  };
  return (
    <FormDialog title={kind.label} kind="drawer" onSubmit={save} onClose={onClose}>
      {(errors) => (
        <>
          <label className="check">
            <input type="checkbox" checked={settings.active} onChange={(e) => set({ active: e.target.checked })} />
            {t("clocks.active")}
          </label>
          <Lasts kind={kind} settings={settings} set={set} />
          <Before settings={settings} set={set} />
          <After settings={settings} set={set} />
          {kind.postponable && <Postpones settings={settings} set={set} />}
          {Object.values(errors).map((e) => (
            <p key={e} className="field-error">
              {e}
            </p>
          ))}
          <button type="button" className="btn clock-reset" onClick={() => setSettings(kind.defaults)}>
            {t("clocks.defaults")}
          </button>
        </>
      )}
    </FormDialog>
  );
}

function Lasts({ kind, settings, set }: Part & { kind: ClockKind }) {
  const names = kind.variants.length
    ? kind.variants
    : [{ name: "", label: kind.fixed ? t("clocks.grace") : t("clocks.lasts"), own: false }];
  return (
    <fieldset className="clock-part">
      <legend>{kind.fixed ? t("clocks.grace") : t("clocks.lasts")}</legend>
      {names
        .filter((v) => !v.own || settings.lasts[v.name])
        .map((v) => (
          <SpanInput
            key={v.name}
            label={v.label}
            value={settings.lasts[v.name] ?? usualSpan(settings)}
            onChange={(s) => set({ lasts: { ...settings.lasts, [v.name]: s } })}
            onRemove={v.own ? () => set({ lasts: without(settings.lasts, v.name) }) : undefined}
          />
        ))}
      <AddSpan kind={kind} settings={settings} set={set} />
    </fieldset>
  );
}

const usualSpan = (s: ClockSettings): Span => s.lasts[""] ?? { n: 1, unit: "day" };
const without = (lasts: ClockSettings["lasts"], name: string) => Object.fromEntries(Object.entries(lasts).filter(([n]) => n !== name));

/** Gives one of the choices, such as a grade, a time of its own. */
function AddSpan({ kind, settings, set }: Part & { kind: ClockKind }) {
  const more = kind.variants.filter((v) => v.own && !settings.lasts[v.name]);
  if (more.length === 0) return null;
  return (
    <select
      className="input clock-add"
      aria-label={t("clocks.addOwn")}
      value=""
      onChange={(e) => set({ lasts: { ...settings.lasts, [e.target.value]: usualSpan(settings) } })}
    >
      <option value="">{t("clocks.addOwn")}</option>
      {more.map((v) => (
        <option key={v.name} value={v.name}>
          {v.label}
        </option>
      ))}
    </select>
  );
}

type SpanProps = { label: string; value: Span; onChange: (s: Span) => void; onRemove?: () => void };

function SpanInput({ label, value: s, onChange, onRemove }: SpanProps) {
  return (
    <div className="clock-span">
      <span className="clock-name">{label}</span>
      <input
        className="input n"
        type="number"
        min={0}
        max={100_000}
        aria-label={label}
        value={s.n}
        onChange={(e) => onChange({ ...s, n: Number(e.target.value) })}
      />
      <select
        className="input"
        aria-label={t("clocks.unit", label)}
        value={s.unit}
        onChange={(e) => onChange({ ...s, unit: e.target.value as Span["unit"], working: e.target.value === "month" ? false : s.working })}
      >
        {units.map((u) => (
          <option key={u} value={u}>
            {t(`unit.${u}`)}
          </option>
        ))}
      </select>
      {s.unit !== "month" && (
        <label className="check">
          <input type="checkbox" checked={!!s.working} onChange={(e) => onChange({ ...s, working: e.target.checked })} />
          {t("clocks.working")}
        </label>
      )}
      {onRemove && (
        <button type="button" className="btn icon" aria-label={t("clocks.removeOwn", label)} onClick={onRemove}>
          <IconTrash size={17} aria-hidden />
        </button>
      )}
    </div>
  );
}

// Minutes before.
const usual = [15, 30, 60, 120, 1440, 2880, 10_080];

function Before({ settings, set }: Part) {
  const chosen = settings.before;
  const toggle = (m: number) => set({ before: chosen.includes(m) ? chosen.filter((x) => x !== m) : [...chosen, m] });
  return (
    <fieldset className="chips">
      <legend>{t("clocks.tellsOwner")}</legend>
      {[...new Set([...usual, ...chosen])]
        .sort((a, b) => b - a)
        .map((m) => (
          <label key={m} className={chosen.includes(m) ? "chip on" : "chip"}>
            <input type="checkbox" checked={chosen.includes(m)} onChange={() => toggle(m)} />
            {t("remind.before", saidMinutes(m))}
          </label>
        ))}
      <label className={settings.at ? "chip on" : "chip"}>
        <input type="checkbox" checked={settings.at} onChange={(e) => set({ at: e.target.checked })} />
        {t("remind.at")}
      </label>
    </fieldset>
  );
}

function Postpones({ settings, set }: Part) {
  return (
    <label className="clock-span">
      <span className="clock-name">{t("clocks.postpones")}</span>
      <input
        className="input n"
        type="number"
        min={0}
        max={100}
        value={settings.postpones ?? 0}
        onChange={(e) => set({ postpones: Number(e.target.value) })}
      />
      <span className="muted small">{t("clocks.postponesNote")}</span>
    </label>
  );
}

function After({ settings, set }: Part) {
  const change = (at: number, patch: Partial<ClockSettings["after"][number]>) =>
    set({ after: settings.after.map((a, i) => (i === at ? { ...a, ...patch } : a)) });
  return (
    <fieldset className="clock-part">
      <legend>{t("clocks.tellsAbove")}</legend>
      {settings.after.map((a, i) => {
        const { n, unit } = inUnit(a.minutes);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: they have no name, and stand in order
          <div key={i} className="clock-span">
            <span className="clock-name">{t("clocks.overdueBy")}</span>
            <input
              className="input n"
              type="number"
              min={1}
              aria-label={t("clocks.overdueBy")}
              value={n}
              onChange={(e) => change(i, { minutes: minutesOf({ n: Number(e.target.value), unit }) })}
            />
            <select
              className="input"
              aria-label={t("clocks.unit", t("clocks.overdueBy"))}
              value={unit}
              onChange={(e) => change(i, { minutes: minutesOf({ n, unit: e.target.value as typeof unit }) })}
            >
              {(["minute", "hour", "day"] as const).map((u) => (
                <option key={u} value={u}>
                  {t(`unit.${u}`)}
                </option>
              ))}
            </select>
            <select
              className="input"
              aria-label={t("clocks.whom")}
              value={a.level}
              onChange={(e) => change(i, { level: Number(e.target.value) })}
            >
              <option value={1}>{t("clocks.level1")}</option>
              <option value={2}>{t("clocks.level2")}</option>
            </select>
            <button
              type="button"
              className="icon-btn"
              aria-label={t("clocks.drop")}
              onClick={() => set({ after: settings.after.filter((_, at) => at !== i) })}
            >
              <IconTrash size={17} aria-hidden />
            </button>
          </div>
        );
      })}
      <button type="button" className="btn small" onClick={() => set({ after: [...settings.after, { minutes: 1440, level: 1 }] })}>
        <IconPlus size={15} aria-hidden />
        {t("clocks.add")}
      </button>
    </fieldset>
  );
}

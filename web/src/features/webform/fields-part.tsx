import { t } from "../../lib/i18n";
import { shifted } from "../../lib/shifted";
import { IconArrowDown, IconArrowUp, IconTrash } from "../../lib/ui/icons";
import type { Askable, FormAsk } from "./api";

type Props = { all: Askable[]; asked: FormAsk[]; error?: string; onChange: (asked: FormAsk[]) => void };

/** What the form asks, in order: each in its own words, moved up and down, required or not. */
export function FieldsPart({ all, asked, error, onChange }: Props) {
  const label = (name: string) => all.find((a) => a.field === name)?.label ?? name;
  const left = all.filter((a) => !asked.some((f) => f.field === a.field));
  const set = (i: number, change: Partial<FormAsk>) => onChange(asked.map((f, at) => (at === i ? { ...f, ...change } : f)));
  const move = (i: number, by: number) => onChange(shifted(asked, i, by));
  return (
    <>
      <ol className="webform-fields">
        {asked.map((f, i) => (
          <li key={f.field}>
            <input
              className="input"
              aria-label={t("webform.labelOf", label(f.field))}
              value={f.label ?? ""}
              placeholder={label(f.field)}
              maxLength={60}
              onChange={(e) => set(i, { label: e.target.value })}
            />
            <label className="webform-check">
              <input
                type="checkbox"
                aria-label={t("webform.requiredOf", label(f.field))}
                checked={f.required ?? false}
                onChange={(e) => set(i, { required: e.target.checked })}
              />
              {t("webform.required")}
            </label>
            <span className="webform-acts">
              <button
                type="button"
                className="icon-btn"
                aria-label={t("webform.up", label(f.field))}
                disabled={i === 0}
                onClick={() => move(i, -1)}
              >
                <IconArrowUp size={17} aria-hidden />
              </button>
              <button
                type="button"
                className="icon-btn"
                aria-label={t("webform.down", label(f.field))}
                disabled={i === asked.length - 1}
                onClick={() => move(i, 1)}
              >
                <IconArrowDown size={17} aria-hidden />
              </button>
              <button
                type="button"
                className="icon-btn"
                aria-label={t("webform.drop", label(f.field))}
                onClick={() => onChange(asked.filter((x) => x !== f))}
              >
                <IconTrash size={17} aria-hidden />
              </button>
            </span>
          </li>
        ))}
      </ol>
      {error && <p className="field-error">{error}</p>}
      {left.length > 0 && (
        <select
          className="input"
          aria-label={t("webform.add")}
          value=""
          onChange={(e) => onChange([...asked, { field: e.target.value, required: false }])}
        >
          <option value="">{t("webform.add")}</option>
          {left.map((a) => (
            <option key={a.field} value={a.field}>
              {a.label}
            </option>
          ))}
        </select>
      )}
    </>
  );
}

import type { NewChoice } from "../../api/types";
import { t } from "../../lib/i18n";
import { shifted } from "../../lib/shifted";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "../../lib/ui/icons";
import { uid } from "../../lib/uid";
import { Switch } from "./switch";

/** A choice while it is being edited; value is empty until it has been saved. */
export type Draft = { key: string; value: string; zh: string; en: string; color: string; off: boolean };

const colors = ["", "blue", "cyan", "teal", "green", "yellow", "orange", "red", "pink", "violet"] as const;
export const newDraft = (): Draft => ({ key: uid(), value: "", zh: "", en: "", color: "", off: false });

/** What was entered as the API takes it; rows without a name are left out. */
export const toChoices = (list: Draft[]): NewChoice[] =>
  list
    .filter((c) => c.zh.trim() || c.en.trim())
    .map((c) => ({
      value: c.value || undefined,
      label_zh: c.zh.trim() || c.en.trim(),
      label_en: c.en.trim(),
      color: c.color,
      disabled: c.off,
    }));

type Props = { list: Draft[]; fixed?: boolean; onChange: (list: Draft[]) => void };

/** A row for each choice: its colour, its name in both languages, whether it is offered, and its place; of fixed ones all are. */
export function ChoiceRows({ list, fixed, onChange }: Props) {
  const set = (i: number, patch: Partial<Draft>) => onChange(list.map((c, j) => (i === j ? { ...c, ...patch } : c)));
  const move = (i: number, by: number) => onChange(shifted(list, i, by));
  return (
    <div>
      <ul className="choice-rows">
        {list.map((c, i) => {
          const name = c.zh || c.en || String(i + 1);
          return (
            <li key={c.key} className={c.off ? "choice-row off" : "choice-row"}>
              <label className={`choice-color c-${c.color || "gray"}`}>
                <select aria-label={t("choices.color", name)} value={c.color} onChange={(e) => set(i, { color: e.target.value })}>
                  {colors.map((x) => (
                    <option key={x} value={x}>
                      {t(`color.${x || "none"}`)}
                    </option>
                  ))}
                </select>
              </label>
              <input
                className="input"
                aria-label={t("choices.zh", i + 1)}
                placeholder={t("choices.zhHint")}
                value={c.zh}
                maxLength={60}
                onChange={(e) => set(i, { zh: e.target.value })}
              />
              <input
                className="input"
                aria-label={t("choices.en", i + 1)}
                placeholder="English"
                value={c.en}
                maxLength={60}
                onChange={(e) => set(i, { en: e.target.value })}
              />

              <button type="button" className="icon-btn" aria-label={t("columns.up", name)} disabled={i === 0} onClick={() => move(i, -1)}>
                <IconArrowUp size={16} aria-hidden />
              </button>
              <button
                type="button"
                className="icon-btn"
                aria-label={t("columns.down", name)}
                disabled={i === list.length - 1}
                onClick={() => move(i, 1)}
              >
                <IconArrowDown size={16} aria-hidden />
              </button>
              {fixed ? null : c.value ? (
                <Switch label={t("choices.offered", name)} on={!c.off} onChange={(on) => set(i, { off: !on })} />
              ) : (
                <button
                  type="button"
                  className="icon-btn"
                  aria-label={t("remove", name)}
                  onClick={() => onChange(list.filter((x) => x !== c))}
                >
                  <IconTrash size={16} aria-hidden />
                </button>
              )}
            </li>
          );
        })}
      </ul>
      {!fixed && (
        <button type="button" className="btn small" onClick={() => onChange([...list, newDraft()])}>
          <IconPlus size={15} aria-hidden />
          {t("choices.add")}
        </button>
      )}
    </div>
  );
}

import { useState } from "react";
import type { EntityMeta, FieldMeta, Rec } from "../../api/types";
import { blank, kindOf, Show } from "../../fields";
import { t } from "../../lib/i18n";
import { IconPencil } from "../../lib/ui/icons";
import { writable } from "../../meta/meta";
import { edit } from "../edit";
import { InlineEditor } from "../inline";
import { Proof } from "../proof";

type Props = { entity: EntityMeta; rec: Rec; skip?: string[] };

/** The fields of a record in their groups, each edited where it is read. Empty ones stand folded away. */
export function Facts({ entity, rec, skip = [] }: Props) {
  const [editing, setEditing] = useState<string>();
  const [all, setAll] = useState(false);
  const known = new Set(entity.groups?.map((g) => g.name));
  // What every record has (who, when) stands last.
  const groups = entity.groups?.length ? [...entity.groups, { name: "", label: t("facts.system") }] : [{ name: "", label: entity.label }];
  const can = rec._can?.edit !== false && !rec._archived;
  const editable = (f: FieldMeta) => can && writable(f) && !rec._masked?.includes(f.name);
  const fields = entity.fields.filter((f) => f.name !== entity.title && !skip.includes(f.name) && !(f.proves && blank(rec[f.name])));
  const shown = fields.filter((f) => all || !blank(rec[f.name]) || editing === f.name);
  const go = (from: string, step: number) => {
    const list = shown.filter(editable);
    setEditing(step ? list[list.findIndex((f) => f.name === from) + step]?.name : undefined);
  };
  const empty = fields.length - fields.filter((f) => !blank(rec[f.name])).length;
  return (
    <div className="facts">
      {groups.map((g) => {
        const own = shown.filter((f) => f.group === g.name || (g.name === "" && !known.has(f.group)));
        if (!own.length) return null;
        return (
          <section key={g.name} aria-label={g.label}>
            {groups.length > 1 && <p className="facts-group">{g.label}</p>}
            <dl>
              {own.map((f) => (
                <div key={f.name} className={kindOf(f).wide ? "fact wide" : "fact"}>
                  <dt>{f.label}</dt>
                  <dd>
                    {editing === f.name ? (
                      <InlineEditor
                        field={f}
                        rec={rec}
                        onSave={(v) => void edit(entity, rec, { [f.name]: v })}
                        onDone={(step) => go(f.name, step)}
                      />
                    ) : (
                      <FactValue field={f} rec={rec} onEdit={editable(f) ? () => setEditing(f.name) : undefined} />
                    )}
                    <Proof entity={entity} field={f} rec={rec} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        );
      })}
      {empty > 0 && (
        <button type="button" className="btn small quiet" onClick={() => setAll(!all)}>
          {all ? t("facts.less") : t("facts.more", empty)}
        </button>
      )}
    </div>
  );
}

function FactValue({ field, rec, onEdit }: { field: FieldMeta; rec: Rec; onEdit?: () => void }) {
  const value = <Show field={field} rec={rec} dash="—" />;
  if (!onEdit) return <span className="fact-value">{value}</span>;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the button inside does the same by keyboard
    // biome-ignore lint/a11y/noStaticElementInteractions: a larger place to click on
    <span className="fact-value editable-fact" onClick={(e) => !(e.target as HTMLElement).closest("a") && onEdit()}>
      {value}
      <button type="button" className="icon-btn tiny" aria-label={t("edit.field", field.label)} onClick={onEdit}>
        <IconPencil size={14} aria-hidden />
      </button>
    </span>
  );
}

import { useState } from "react";
import type { EntityMeta } from "../../api/types";
import { t } from "../../lib/i18n";
import { IconArrowDown, IconArrowUp, IconColumns3, IconGripVertical } from "../../lib/ui/icons";
import { Popover } from "../../lib/ui/popover";
import { fieldOf } from "../../meta/meta";

type Props = { entity: EntityMeta; columns: string[]; onChange: (columns: string[]) => void; onReset: () => void };

/** Which columns, in which order: tick, drag, or the arrow buttons. The name always stands first. */
export function ColumnsMenu({ entity, columns, onChange, onReset }: Props) {
  return (
    <Popover className="btn icon-only" name={t("columns")} side="end" popClass="columns-pop" label={<IconColumns3 size={18} aria-hidden />}>
      {() => <Chooser entity={entity} columns={columns} onChange={onChange} onReset={onReset} />}
    </Popover>
  );
}

function Chooser({ entity, columns, onChange, onReset }: Props) {
  const [q, setQ] = useState("");
  const [dragged, setDragged] = useState<string>();
  const own = columns.filter((c) => c !== entity.title);
  const rest = entity.fields.filter((f) => !columns.includes(f.name));
  const found = (label: string) => label.toLowerCase().includes(q.trim().toLowerCase());
  const set = (list: string[]) => onChange([entity.title, ...list]);
  const move = (name: string, to: number) => {
    const others = own.filter((c) => c !== name);
    set([...others.slice(0, to), name, ...others.slice(to)]);
  };
  return (
    <>
      <input
        className="input"
        type="search"
        placeholder={t("columns.find")}
        aria-label={t("columns.find")}
        value={q}
        onChange={(e) => setQ(e.target.value)}
      />
      <ul className="columns">
        {own.map((name, i) => {
          const f = fieldOf(entity, name);
          if (!f || !found(f.label)) return null;
          return (
            <li
              key={name}
              draggable
              className={dragged === name ? "dragged" : undefined}
              onDragStart={() => setDragged(name)}
              onDragEnd={() => setDragged(undefined)}
              onDragOver={(e) => {
                e.preventDefault();
                if (dragged && dragged !== name) move(dragged, i);
              }}
            >
              <IconGripVertical size={15} aria-hidden className="grip" />
              <label className="check grow">
                <input type="checkbox" checked onChange={() => set(own.filter((c) => c !== name))} />
                {f.label}
              </label>
              <button
                type="button"
                className="icon-btn tiny"
                aria-label={t("columns.up", f.label)}
                disabled={i === 0}
                onClick={() => move(name, i - 1)}
              >
                <IconArrowUp size={14} aria-hidden />
              </button>
              <button
                type="button"
                className="icon-btn tiny"
                aria-label={t("columns.down", f.label)}
                disabled={i === own.length - 1}
                onClick={() => move(name, i + 1)}
              >
                <IconArrowDown size={14} aria-hidden />
              </button>
            </li>
          );
        })}
        {rest
          .filter((f) => found(f.label))
          .map((f) => (
            <li key={f.name} className="off">
              <label className="check grow">
                <input type="checkbox" checked={false} onChange={() => set([...own, f.name])} />
                {f.label}
              </label>
            </li>
          ))}
      </ul>
      <button type="button" className="btn small quiet" onClick={onReset}>
        {t("columns.reset")}
      </button>
    </>
  );
}

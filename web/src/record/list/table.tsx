import { type CSSProperties, type PointerEvent, useEffect, useRef, useState } from "react";
import type { EntityMeta, FieldMeta, Rec } from "../../api/types";
import { kindOf, Show } from "../../fields";
import { currentLanguage, t } from "../../lib/i18n";
import { IconArrowDown, IconArrowUp, IconMaximize } from "../../lib/ui/icons";
import { useRows } from "../../lib/use-rows";
import { nextSort, sortOf } from "../../meta/list-state";
import { fieldOf, may, recordPath, titleOf, writable } from "../../meta/meta";
import { edit } from "../edit";
import { InlineEditor } from "../inline";

const ROW = 40;
const HEAD = 37;
export type Editing = { id: string; field: string };
type Props = {
  entity: EntityMeta;
  items: Rec[];
  columns: string[];
  total?: number;
  sort: string;
  onSort: (sort: string) => void;
  widths: Record<string, number>;
  onWidth: (column: string, width: number) => void;
  selected: ReadonlySet<string>;
  onSelect: (ids: string[], on: boolean) => void;
  /** The row the keyboard is on. */
  at: number;
  onAt: (row: number) => void;
  openId?: string;
  onOpen: (id: string) => void;
  onFull: (id: string) => void;
  editing?: Editing;
  onEditing: (e: Editing | undefined) => void;
  more: () => void;
  hasMore: boolean;
};

export const inlineField = (entity: EntityMeta, name: string): FieldMeta | undefined => {
  const f = fieldOf(entity, name);
  return f?.inline && writable(f) && may(entity, "edit") ? f : undefined;
};

// Widths are meant for Chinese; the words of Latin languages are longer.
const letter = 7.2;
function ownWidth(f: FieldMeta): number {
  const width = f.width ?? kindOf(f).width;
  if (currentLanguage() === "zh") return width;
  const words = [f.label, ...(f.type === "choice" ? (f.choices ?? []).map((c) => c.label) : [])];
  return Math.max(width, Math.min(160, Math.round(38 + letter * Math.max(...words.map((w) => w.length)))));
}

/** The list on a desk: only the rows in sight are drawn, heads sort and resize, cells are edited where they stand. */
export function Table(p: Props) {
  const box = useRef<HTMLDivElement>(null);
  const { from, to, reveal } = useRows(box, p.items.length, ROW, HEAD);
  const { more, hasMore } = p;
  useEffect(() => {
    if (hasMore && to > p.items.length - 10) more();
  }, [to, p.items.length, hasMore, more]);
  useEffect(() => {
    if (p.at >= 0) reveal(p.at);
  }, [p.at, reveal]);
  const fields = p.columns.map((c) => fieldOf(p.entity, c)).filter((f): f is FieldMeta => !!f);
  const widthOf = (f: FieldMeta) => p.widths[f.name] ?? ownWidth(f);
  const vars = Object.fromEntries(fields.map((f) => [`--c-${f.name}`, `${widthOf(f)}px`])) as CSSProperties;
  const all = p.items.length > 0 && p.items.every((r) => p.selected.has(r.id));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <div className="grid" ref={box} role="region" tabIndex={0} aria-label={t("list.of", p.entity.label_plural)} style={vars}>
      <table role="table" aria-rowcount={(p.total ?? p.items.length) + 1}>
        <thead role="rowgroup">
          <tr role="row" aria-rowindex={1}>
            <th role="columnheader" scope="col" className="c-check">
              <input
                type="checkbox"
                aria-label={t("select.all")}
                checked={all}
                ref={(el) => {
                  if (el) el.indeterminate = !all && p.selected.size > 0;
                }}
                onChange={(e) =>
                  p.onSelect(
                    p.items.map((r) => r.id),
                    e.target.checked,
                  )
                }
              />
            </th>
            {fields.map((f) => (
              <Head
                key={f.name}
                field={f}
                own={p.entity.sort}
                sort={p.sort}
                onSort={p.onSort}
                width={widthOf(f)}
                onWidth={(w) => p.onWidth(f.name, w)}
                box={box}
              />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup" style={{ height: p.items.length * ROW }}>
          {p.items.slice(from, to).map((rec, i) => (
            <Row key={rec.id} {...p} fields={fields} rec={rec} index={from + i} start={(from + i) * ROW} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

type HeadProps = {
  field: FieldMeta;
  own: string;
  sort: string;
  onSort: (s: string) => void;
  width: number;
  onWidth: (w: number) => void;
  box: React.RefObject<HTMLDivElement | null>;
};

function Head({ field, own, sort, onSort, width, onWidth, box }: HeadProps) {
  const dir = sortOf(sort, field.name);
  const drag = (e: PointerEvent<HTMLElement>) => {
    e.preventDefault();
    const grip = e.currentTarget;
    const from = e.clientX;
    let now = width;
    grip.setPointerCapture(e.pointerId);
    const move = (m: globalThis.PointerEvent) => {
      now = Math.max(64, Math.min(640, width + m.clientX - from));
      box.current?.style.setProperty(`--c-${field.name}`, `${now}px`);
    };
    const up = () => {
      grip.removeEventListener("pointermove", move);
      grip.removeEventListener("pointerup", up);
      onWidth(now);
    };
    grip.addEventListener("pointermove", move);
    grip.addEventListener("pointerup", up);
  };
  const label = (
    <span className="one-line" title={field.sort ? undefined : field.label}>
      {field.label}
    </span>
  );
  return (
    <th
      role="columnheader"
      scope="col"
      className={kindOf(field).numeric ? "right" : undefined}
      style={{ width: `var(--c-${field.name})` }}
      aria-sort={dir === "asc" ? "ascending" : dir === "desc" ? "descending" : undefined}
    >
      {field.sort ? (
        <button
          type="button"
          className="th"
          title={`${field.label} · ${t("sort.hint")}`}
          onClick={(e) => onSort(nextSort(sort, field.name, e.shiftKey, own))}
        >
          {label}
          {dir === "asc" ? <IconArrowUp size={14} aria-hidden /> : dir === "desc" ? <IconArrowDown size={14} aria-hidden /> : null}
        </button>
      ) : (
        label
      )}
      <span className="grip" onPointerDown={drag} aria-hidden />
    </th>
  );
}

type RowProps = Props & { fields: FieldMeta[]; rec: Rec; index: number; start: number };

function Row(p: RowProps) {
  const { entity, rec, index } = p;
  const on = p.selected.has(rec.id);
  const title = titleOf(entity, rec);
  const cls = `${p.at === index ? "at " : ""}${p.openId === rec.id ? "open" : ""}`;
  return (
    // The keys of the list (j, k, Enter) do what a click does.
    <tr
      role="row"
      className={cls || undefined}
      aria-rowindex={index + 2}
      aria-selected={on}
      style={{ transform: `translateY(${p.start}px)` }}
      onClick={() => {
        p.onAt(index);
        p.onOpen(rec.id);
      }}
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the box inside is reached by keyboard */}
      <td role="cell" className="c-check" onClick={(e) => e.stopPropagation()}>
        <label>
          <input
            type="checkbox"
            aria-label={t("select.one", title)}
            checked={on}
            onChange={(e) => p.onSelect([rec.id], e.target.checked)}
          />
        </label>
      </td>
      {p.fields.map((f, i) => (
        <Cell key={f.name} {...p} field={f} first={i === 0} title={title} />
      ))}
    </tr>
  );
}

function Cell(p: RowProps & { field: FieldMeta; first: boolean; title: string }) {
  const { entity, rec, field, first } = p;
  const kind = kindOf(field);
  const editable = !first && !rec._masked?.includes(field.name) && inlineField(entity, field.name);
  const editing = p.editing?.id === rec.id && p.editing.field === field.name;
  const [hint, setHint] = useState<string>();
  const style = { width: `var(--c-${field.name})` };
  if (editing)
    return (
      <td role="cell" className="editing" style={style}>
        <InlineEditor
          field={field}
          rec={rec}
          onSave={(value) => void edit(entity, rec, { [field.name]: value })}
          onDone={(step) => p.onEditing(step ? neighbour(entity, p.columns, rec.id, field.name, step) : undefined)}
        />
      </td>
    );
  if (first)
    return (
      <td role="cell" className="c-title" style={style}>
        <a
          href={recordPath(entity, rec.id)}
          tabIndex={-1}
          onClick={(e) => {
            if (!e.ctrlKey && !e.metaKey && !e.shiftKey) e.preventDefault();
            else e.stopPropagation();
          }}
        >
          {p.title}
        </a>
        <button
          type="button"
          className="icon-btn tiny full"
          tabIndex={-1}
          aria-label={t("open.full", p.title)}
          title={t("open.full", p.title)}
          onClick={(e) => {
            e.stopPropagation();
            p.onFull(rec.id);
          }}
        >
          <IconMaximize size={15} aria-hidden />
        </button>
      </td>
    );
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: e edits and Tab goes on, by keyboard
    <td
      role="cell"
      className={`${kind.numeric ? "right " : ""}${editable ? "editable" : ""}` || undefined}
      style={style}
      title={hint}
      onMouseEnter={() => setHint(kind.text(rec[field.name], field, rec) || undefined)}
      onClick={(e) => {
        if (!editable) return;
        e.stopPropagation();
        p.onAt(p.index);
        p.onEditing({ id: rec.id, field: field.name });
      }}
    >
      <div className="cell">
        <Show field={field} rec={rec} />
      </div>
    </td>
  );
}

/** The next or previous cell of the row that can be edited. */
export function neighbour(entity: EntityMeta, columns: string[], id: string, from: string, step: 1 | -1): Editing | undefined {
  for (let i = columns.indexOf(from) + step; i > 0 && i < columns.length; i += step) {
    const name = columns[i] as string;
    if (inlineField(entity, name)) return { id, field: name };
  }
  return undefined;
}

import { useEffect, useRef, useState } from "react";
import type { Condition, EntityMeta, FieldMeta, Filter } from "../../api/types";
import { FilterValue } from "../../fields/filter-value";
import { t } from "../../lib/i18n";
import { isPhone } from "../../lib/screen";
import { Combobox } from "../../lib/ui/combobox";
import { IconPlus, IconTrash } from "../../lib/ui/icons";
import { uid } from "../../lib/uid";
import { isCondition, operators, sameFilter, shapeOf, tidy } from "../../meta/filter";

/** What is being built: like a filter, but unfinished conditions have their place, and each part an identity. */
type Group = { key: string; join: "and" | "or"; not?: boolean; parts: Node[] };
type Node = Group | (Condition & { key: string });
const isGroup = (n: Node): n is Group => "join" in n;

function draft(f: Filter): Node {
  const key = uid();
  if (isCondition(f)) return { ...f, key };
  if ("not" in f) {
    const inner = draft(f.not);
    return isGroup(inner) ? { ...inner, not: true } : { key, join: "and", not: true, parts: [inner] };
  }
  return "and" in f ? { key, join: "and", parts: f.and.map(draft) } : { key, join: "or", parts: f.or.map(draft) };
}
/** The top of a filter is always a group, so that there is a place to add to. */
export function toDraft(f: Filter | undefined): Group {
  if (!f) return { key: uid(), join: "and", parts: [] };
  const d = draft(f);
  return isGroup(d) ? d : { key: uid(), join: "and", parts: [d] };
}
/** What has been built so far, without what is unfinished. */
export function fromDraft(n: Node): Filter | undefined {
  if (!isGroup(n)) return tidy({ field: n.field, op: n.op, value: n.value });
  const parts = n.parts.map(fromDraft).filter((x): x is Filter => !!x);
  const f = tidy(n.join === "and" ? { and: parts } : { or: parts });
  return f && n.not ? { not: f } : f;
}

type PartProps<T> = { entity: EntityMeta; node: T; depth: number; onChange: (n: T) => void; onRemove?: () => void };

function ConditionRow({ entity, node, onChange, onRemove }: PartProps<Condition & { key: string }>) {
  const fields = [...entity.fields, ...entity.filters].filter((f) => f.filter);
  const field = fields.find((f) => f.name === node.field);
  const id = `f-${node.key}`;
  const choose = (name: string) => {
    const f = fields.find((x) => x.name === name);
    if (f) onChange({ key: node.key, field: name, op: opsOf(f)[0] ?? "is" });
  };
  const setOp = (op: string) => onChange({ ...node, op, value: shapeOf(op) === shapeOf(node.op) ? node.value : undefined });
  return (
    <div className="cond">
      <div className="cond-field">
        <Combobox
          label={t("filter.field")}
          value={node.field ? [node.field] : []}
          options={fields.map((f) => ({ value: f.name, label: f.label }))}
          onChange={([v]) => v && choose(v)}
          placeholder={t("filter.choose")}
          autoOpen={!node.field && !isPhone()}
        />
      </div>
      {field && (
        <>
          <select className="input cond-op" aria-label={t("filter.op")} value={node.op} onChange={(e) => setOp(e.target.value)}>
            {opsOf(field, node.op).map((op) => (
              <option key={op} value={op}>
                {t(`op.${op}` as "op.is")}
              </option>
            ))}
          </select>
          <div className="cond-value">
            <FilterValue key={node.op} field={field} id={id} condition={node} onChange={(value) => onChange({ ...node, value })} />
          </div>
        </>
      )}
      <button type="button" className="icon-btn" aria-label={t("filter.remove")} onClick={onRemove}>
        <IconTrash size={16} aria-hidden />
      </button>
    </div>
  );
}
// A view made elsewhere may ask what this list does not offer; it is kept.
const opsOf = (f: FieldMeta, now?: string) => {
  const known = (operators[f.type] ?? ["is"]).filter((op) => !f.ops?.length || f.ops.includes(op));
  return !now || known.includes(now) ? known : [now, ...known];
};

function GroupBox({ entity, node, depth, onChange, onRemove }: PartProps<Group>) {
  const replace = (i: number, n: Node) => onChange({ ...node, parts: node.parts.with(i, n) });
  const remove = (i: number) => onChange({ ...node, parts: node.parts.toSpliced(i, 1) });
  const add = (n: Node) => onChange({ ...node, parts: [...node.parts, n] });
  return (
    <div className={depth ? "group nested" : "group"}>
      <div className="group-head">
        <select
          className="input"
          aria-label={t("filter.join")}
          value={node.join}
          onChange={(e) => onChange({ ...node, join: e.target.value as "and" })}
        >
          <option value="and">{t("filter.and")}</option>
          <option value="or">{t("filter.or")}</option>
        </select>
        {node.not && <span className="badge c-orange">{t("filter.not")}</span>}
        {onRemove && (
          <button type="button" className="icon-btn" aria-label={t("filter.removeGroup")} onClick={onRemove}>
            <IconTrash size={16} aria-hidden />
          </button>
        )}
      </div>
      {node.parts.map((n, i) =>
        isGroup(n) ? (
          <GroupBox key={n.key} entity={entity} node={n} depth={depth + 1} onChange={(x) => replace(i, x)} onRemove={() => remove(i)} />
        ) : (
          <ConditionRow key={n.key} entity={entity} node={n} depth={depth} onChange={(x) => replace(i, x)} onRemove={() => remove(i)} />
        ),
      )}
      <div className="row">
        <button type="button" className="btn small quiet" onClick={() => add({ key: uid(), field: "", op: "" })}>
          <IconPlus size={15} aria-hidden />
          {t("filter.add")}
        </button>
        {depth < 2 && (
          <button
            type="button"
            className="btn small quiet"
            onClick={() => add({ key: uid(), join: node.join === "and" ? "or" : "and", parts: [{ key: uid(), field: "", op: "" }] })}
          >
            <IconPlus size={15} aria-hidden />
            {t("filter.addGroup")}
          </button>
        )}
      </div>
    </div>
  );
}

/** Builds a filter of and/or groups; each finished condition takes effect at once. */
export function FilterBuilder({
  entity,
  filter,
  onChange,
}: {
  entity: EntityMeta;
  filter?: Filter;
  onChange: (f: Filter | undefined) => void;
}) {
  const [root, setRoot] = useState<Group>(() => {
    const d = toDraft(filter);
    return d.parts.length ? d : { ...d, parts: [{ key: uid(), field: "", op: "" }] };
  });
  const sent = useRef(filter);
  useEffect(() => {
    const timer = setTimeout(() => {
      const next = fromDraft(root);
      if (sameFilter(next, sent.current)) return;
      sent.current = next;
      onChange(next);
    }, 300);
    return () => clearTimeout(timer);
  }, [root, onChange]);
  return <GroupBox entity={entity} node={root} depth={0} onChange={setRoot} />;
}

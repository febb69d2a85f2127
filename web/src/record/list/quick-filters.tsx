import type { EntityMeta, FieldMeta, Filter } from "../../api/types";
import { kindOf, list } from "../../fields";
import { ConditionText } from "../../fields/filter-value";
import { t } from "../../lib/i18n";
import { IconChevronDown, IconX } from "../../lib/ui/icons";
import { Popover } from "../../lib/ui/popover";
import { all, isCondition, partOn, parts, withPart } from "../../meta/filter";
import { fieldOf } from "../../meta/meta";

const quickTypes = new Set(["choice", "choices", "tags", "region", "industry"]);
/** The fields a list offers for a quick filter: those with few values among its columns, people first asked for. */
export const quickFields = (e: EntityMeta): FieldMeta[] =>
  e.columns
    .map((c) => fieldOf(e, c))
    .filter((f): f is FieldMeta => !!f?.filter && (quickTypes.has(f.type) || f.ref === "user"))
    .slice(0, 5);

type Props = { entity: EntityMeta; filter?: Filter; onChange: (f: Filter | undefined) => void };

function Quick({ field, filter, onChange }: { field: FieldMeta } & Omit<Props, "entity">) {
  const now = partOn(filter, field.name);
  const value = now?.op === "in" ? list(now.value) : [];
  const set = (v: string[]) => onChange(withPart(filter, field.name, v.length ? { field: field.name, op: "in", value: v } : undefined));
  const { Many, Value } = kindOf(field);
  const few = field.choices && field.choices.length > 0 && field.choices.length <= 14;
  return (
    <Popover
      className={now ? "btn quick on" : "btn quick"}
      popName={field.label}
      popClass="quick-pop"
      label={
        <>
          {field.label}
          {value.length > 0 && (
            <b className="one-line">
              {value.length > 2 ? value.length : Value ? <Value field={field} value={value} /> : kindOf(field).text(value, field)}
            </b>
          )}
          <IconChevronDown size={15} aria-hidden />
        </>
      }
    >
      {() => (
        <>
          {few
            ? field.choices?.map((c) => (
                <label key={c.value} className="check pick">
                  <input
                    type="checkbox"
                    checked={value.includes(c.value)}
                    onChange={(e) => set(e.target.checked ? [...value, c.value] : value.filter((v) => v !== c.value))}
                  />
                  {c.color && <i className={`dot c-${c.color}`} />}
                  {c.label}
                </label>
              ))
            : Many && <Many field={field} id={`quick-${field.name}`} value={value} onChange={set} label={field.label} />}
          {now && (
            <button type="button" className="btn small quiet" onClick={() => onChange(withPart(filter, field.name, undefined))}>
              {t("clear")}
            </button>
          )}
        </>
      )}
    </Popover>
  );
}

export const QuickFilters = ({ entity, filter, onChange }: Props) => (
  <>
    {quickFields(entity).map((f) => (
      <Quick key={f.name} field={f} filter={filter} onChange={onChange} />
    ))}
  </>
);

/** A filter in words. */
export function FilterText({ entity, part }: { entity: EntityMeta; part: Filter }) {
  if (isCondition(part)) {
    const field = [...entity.fields, ...entity.filters].find((f) => f.name === part.field);
    return field ? <ConditionText field={field} condition={part} /> : <>{part.field}</>;
  }
  if ("not" in part)
    return (
      <>
        {t("filter.not")} <FilterText entity={entity} part={part.not} />
      </>
    );
  const or = "or" in part;
  return (
    <>
      {(or ? part.or : part.and).map((p, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of a sentence
        <span key={i}>
          {i > 0 && <i className="muted"> {or ? t("or") : t("and")} </i>}
          <FilterText entity={entity} part={p} />
        </span>
      ))}
    </>
  );
}

/** What the list is narrowed by beyond the quick filters, each part with a cross. */
export function FilterChips({ entity, filter, onChange }: Props) {
  const quick = new Set(quickFields(entity).map((f) => f.name));
  const list = parts(filter);
  const shown = list.filter((p) => !(isCondition(p) && quick.has(p.field) && p.op === "in" && partOn(filter, p.field) === p));
  if (!shown.length) return null;
  return (
    <div className="filter-chips">
      {shown.map((p) => (
        <span key={JSON.stringify(p)} className="filter-chip">
          <span>
            <FilterText entity={entity} part={p} />
          </span>
          <button type="button" aria-label={t("filter.remove")} onClick={() => onChange(all(list.filter((x) => x !== p)))}>
            <IconX size={14} aria-hidden />
          </button>
        </span>
      ))}
      <button type="button" className="link small" onClick={() => onChange(undefined)}>
        {t("filter.clear")}
      </button>
    </div>
  );
}

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { permits } from "../../api/session";
import type { Change, CompanyLogEntry, EntityMeta, FieldRules, Filter, Permissions, RoleCatalogue } from "../../api/types";
import { str } from "../../fields";
import { t } from "../../lib/i18n";
import { isFilter } from "../../meta/filter";
import { useEntity } from "../../meta/meta";
import { fieldAccessSaid, grantSaid, labelsOf } from "../../meta/permission-words";
import { catalogueQuery, permissionDifferences, ruleDifferences } from "../../meta/permissions";
import { FilterText } from "../../record/list/quick-filters";

const shownAtFirst = 3;
const said = (text: string, value: unknown) => text || (typeof value === "string" || typeof value === "number" ? str(value) : "");

type Line = { key: string; label: string; old: string; next: string };

/** What an entry changed: each field's value before and after; of what was made anew, the value alone. */
export function Changes({ entry }: { entry: CompanyLogEntry }) {
  const entity = useEntity(entry.entity);
  const lines = useLines(entry.changes);
  return entry.action === "export" ? <Exported entry={entry} entity={entity} /> : <Lines lines={lines} />;
}

function Lines({ lines }: { lines: Line[] }) {
  const [all, setAll] = useState(false);
  if (!lines.length) return <span className="muted">—</span>;
  return (
    <>
      <dl className="logs-changes">
        {(all ? lines : lines.slice(0, shownAtFirst)).map(({ key, label, old, next }) => (
          <div key={key}>
            <dt>{label}</dt>
            <dd>
              {old && (
                <>
                  <del>{old}</del> <span className="muted">→</span>{" "}
                </>
              )}
              <ins>{next || "—"}</ins>
            </dd>
          </div>
        ))}
      </dl>
      {lines.length > shownAtFirst && (
        <button type="button" className="link small" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t("logs.fewer") : t("logs.moreChanges", lines.length - shownAtFirst)}
        </button>
      )}
    </>
  );
}

// What a role may do is an object: what differs in it is said in words, to those who may see roles.
const isRule = (c: Change) => typeof c.new === "object" && c.new !== null && !Array.isArray(c.new);

function useLines(changes: Change[]): Line[] {
  const { data } = useQuery({ ...catalogueQuery, enabled: changes.some(isRule) && permits("role", "view") });
  return changes.flatMap((c) => {
    if (isRule(c)) return data ? granted(data, c) : [];
    const [old, next] = [said(c.old_text, c.old), said(c.new_text, c.new)];
    return old === next ? [] : [{ key: c.field, label: c.label, old, next }];
  });
}

function granted(c: RoleCatalogue, { field, old, new: next }: Change): Line[] {
  const labels = labelsOf(c);
  if (field === "permissions")
    return permissionDifferences(c, (old ?? {}) as Permissions, (next ?? {}) as Permissions).map((d) => ({
      key: `${d.of}.${d.what}`,
      label: `${labels.module(d.of)} · ${labels.action(d.of, d.what)}`,
      old: grantSaid(c, d.of, d.what, d.old),
      next: grantSaid(c, d.of, d.what, d.next),
    }));
  return ruleDifferences((old ?? {}) as FieldRules, (next ?? {}) as FieldRules).map((d) => ({
    key: `${d.of}:${d.what}`,
    label: labels.field(d.of, d.what),
    old: fieldAccessSaid(d.old),
    next: fieldAccessSaid(d.next),
  }));
}

/** What was taken out: how many rows, which columns, by which filter. */
function Exported({ entry, entity }: { entry: CompanyLogEntry; entity?: EntityMeta }) {
  const value = (field: string) => entry.changes.find((c) => c.field === field);
  const columns = value("fields");
  const rows = value("rows");
  const filter = parsed(said("", value("filter")?.new));
  const q = said("", value("q")?.new);
  return (
    <div className="logs-export">
      <p className="row wrap">
        {rows && <b className="num">{t("logs.rows", said(rows.new_text, rows.new))}</b>}
        <span className="muted">{said("", value("format")?.new).toUpperCase()}</span>
        {columns && (
          <span className="muted" title={columns.new_text}>
            {t("logs.columns", columns.new_text.split(t("list.comma")).length)}
          </span>
        )}
      </p>
      {q && <p>{`“${q}”`}</p>}
      {filter && entity ? (
        <p>
          <FilterText entity={entity} part={filter} />
        </p>
      ) : (
        entity && rows && !q && <p className="muted">{t("logs.noFilter")}</p>
      )}
    </div>
  );
}

function parsed(text: string): Filter | undefined {
  try {
    const f: unknown = JSON.parse(text);
    return isFilter(f) ? f : undefined;
  } catch {
    return undefined; // none, or the address of the log's own export
  }
}

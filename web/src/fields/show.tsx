import type { FieldMeta, Rec } from "../api/types";
import { t } from "../lib/i18n";
import { kindOf } from ".";
import { blank } from "./kind";

/** A field's value as people read it; a dash for none. A masked value says so. */
export function Show({ field, rec, dash = "" }: { field: FieldMeta; rec: Rec; dash?: string }) {
  if (blank(rec[field.name])) return dash ? <span className="muted">{dash}</span> : null;
  const { Show: Kind } = kindOf(field);
  if (rec._masked?.includes(field.name))
    return (
      <span title={t("masked")}>
        <Kind field={field} rec={rec} />
      </span>
    );
  return <Kind field={field} rec={rec} />;
}

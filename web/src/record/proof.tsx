import { lazy, Suspense } from "react";
import type { EntityMeta, FieldMeta, Rec } from "../api/types";
import { blank } from "../fields";
import { withAdmin } from "../lib/i18n";

const Mark = lazy(() => withAdmin(() => import("./proof-mark")));

/** Whether a number is verified. Nothing, and nothing to load, while nobody uses that. */
export function Proof({ entity, field, rec }: { entity: EntityMeta; field: FieldMeta; rec: Rec }) {
  const since = entity.fields.find((f) => f.proves === field.name);
  if (!since || blank(rec[field.name]) || (!field.verified_by && !rec[since.name])) return null;
  return (
    <Suspense>
      <Mark entity={entity} field={field} rec={rec} since={since} />
    </Suspense>
  );
}

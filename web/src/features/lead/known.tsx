import type { EntityMeta, Rec } from "../../api/types";
import { blank, Show } from "../../fields";
import { fieldOf } from "../../meta/meta";

/** What is filled in of some fields of a lead. */
export function Known({ entity, rec, names }: { entity: EntityMeta; rec: Rec; names: string[] }) {
  const shown = names.flatMap((name) => {
    const f = fieldOf(entity, name);
    return f && !blank(rec[name]) ? [f] : [];
  });
  if (shown.length === 0) return null;
  return (
    <dl className="known">
      {shown.map((f) => (
        <div key={f.name}>
          <dt>{f.label}</dt>
          <dd>
            <Show field={f} rec={rec} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

import type { EntityMeta, Rec } from "../../api/types";
import { blank, Show, str } from "../../fields";
import { fieldOf } from "../../meta/meta";

const told: Record<string, string[]> = {
  won: ["amount", "contract_number", "success_factors", "closed_note"],
  lost: ["loss_reason", "competitor", "closed_note"],
  parked: ["opinion"],
  invalid: ["invalid_reason", "opinion"],
};

/** How a lead ended, or why it is put aside: what was told then. */
export function LeadEnded({ entity, rec }: { entity: EntityMeta; rec: Rec }) {
  const shown = (told[str(rec.state)] ?? []).flatMap((name) => {
    const f = fieldOf(entity, name);
    return f && !blank(rec[name]) ? [f] : [];
  });
  if (shown.length === 0) return null;
  return (
    <dl className="lead-ended">
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

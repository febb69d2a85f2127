import { useState } from "react";
import { kindOf } from "../fields";
import { useRefNames } from "../fields/ref";
import { t } from "../lib/i18n";
import { Field, Ghosts } from "../lib/ui/bits";
import { Dialog } from "../lib/ui/dialog";
import { fieldOf, useEntity } from "../meta/meta";
import { FollowForm } from "./follow-form";
import type { FollowRequest } from "./open";

/** The quick record of a follow-up: on a phone four taps from the list to saved. */
export default function FollowSheet({ customer, lead, way, plan, entry, onSaved, onClose }: FollowRequest & { onClose: () => void }) {
  const entity = useEntity("followup");
  const about = lead ?? customer;
  const of = useEntity(lead ? "lead" : "customer");
  const [id, setId] = useState(about?.id ?? "");
  if (!entity || !of)
    return (
      <Dialog title={t("follow")} kind="sheet" onClose={onClose}>
        <Ghosts n={4} />
      </Dialog>
    );
  const whose = fieldOf(entity, "customer_id");
  return (
    <Dialog title={about ? t("follow.of", about.name) : t("follow")} kind="sheet" onClose={onClose}>
      <div className="stack">
        {!about && whose && <Whose field={whose} id={id} onChange={setId} />}
        {id && (
          <FollowForm
            entity={entity}
            about={of}
            aboutId={id}
            aboutName={about?.name ?? ""}
            way={way}
            plan={plan}
            entry={entry}
            onSaved={() => {
              onSaved?.();
              onClose();
            }}
          />
        )}
      </div>
    </Dialog>
  );
}

function Whose({ field, id, onChange }: { field: NonNullable<ReturnType<typeof fieldOf>>; id: string; onChange: (id: string) => void }) {
  const { Input } = kindOf(field);
  const names = useRefNames(field, id ? [id] : []);
  return (
    <Field id="follow-whose" label={field.label} required>
      <Input field={field} id="follow-whose" value={id} onChange={(v) => onChange(String(v ?? ""))} placeholder={names[0]?.label} />
    </Field>
  );
}

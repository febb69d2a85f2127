import { useState } from "react";
import type { EntityMeta, Rec } from "../../api/types";
import { kindOf, str } from "../../fields";
import { t, withWork } from "../../lib/i18n";
import { Field } from "../../lib/ui/bits";
import { Dialog } from "../../lib/ui/dialog";
import { IconChevronDown } from "../../lib/ui/icons";
import { MenuItem, Popover } from "../../lib/ui/popover";
import { choiceOf, fieldOf, writable } from "../../meta/meta";
import { edit } from "../../record/edit";

async function moved(entity: EntityMeta, saving: Promise<Rec | undefined>) {
  const saved = await saving;
  if (saved) (await withWork(() => import("./propose"))).propose(entity, saved);
}

/** The stage as a chip that changes it; losing a customer asks why. */
export function StageMenu({ entity, rec }: { entity: EntityMeta; rec: Rec }) {
  const [losing, setLosing] = useState(false);
  const stage = fieldOf(entity, "stage");
  if (!stage) return null;
  const now = choiceOf(stage, rec.stage);
  const chip = `stage-chip c-${now?.color ?? "gray"}`;
  if (!writable(stage) || rec._can?.edit === false || rec._archived) return <span className={chip}>{now?.label ?? str(rec.stage)}</span>;
  const choose = (value: string) => {
    if (value === rec.stage) return;
    if (value === "lost") setLosing(true);
    else void moved(entity, edit(entity, rec, { stage: value }));
  };
  return (
    <>
      <Popover
        menu
        className={chip}
        popName={stage.label}
        label={
          <>
            {now?.label ?? t("choose")}
            <IconChevronDown size={15} aria-hidden />
          </>
        }
      >
        {() =>
          stage.choices
            ?.filter((c) => !c.disabled)
            .map((c) => (
              <MenuItem
                key={c.value}
                checked={c.value === rec.stage}
                icon={<i className={`dot c-${c.color ?? "gray"}`} />}
                onClick={() => choose(c.value)}
              >
                {c.label}
              </MenuItem>
            ))
        }
      </Popover>
      {losing && <LossReason entity={entity} rec={rec} onClose={() => setLosing(false)} />}
    </>
  );
}

function LossReason({ entity, rec, onClose }: { entity: EntityMeta; rec: Rec; onClose: () => void }) {
  const field = fieldOf(entity, "loss_reason");
  const note = fieldOf(entity, "stage_note");
  const [reason, setReason] = useState<unknown>(rec.loss_reason ?? "");
  const [said, setSaid] = useState("");
  const Input = field && kindOf(field).Input;
  const save = () => {
    onClose();
    void edit(entity, rec, {
      stage: "lost",
      ...(field ? { loss_reason: reason } : {}),
      ...(note && said.trim() ? { stage_note: said.trim() } : {}),
    });
  };
  return (
    <Dialog
      title={t("lost.title")}
      kind="sheet"
      onClose={onClose}
      footer={
        <>
          <button type="button" className="btn" onClick={onClose}>
            {t("cancel")}
          </button>
          <button type="button" className="btn primary" disabled={!!field && !reason} onClick={save}>
            {t("ok")}
          </button>
        </>
      }
    >
      <div className="stack">
        {field && Input && (
          <Field id="loss" label={field.label} required>
            <Input field={field} id="loss" value={reason} onChange={setReason} />
          </Field>
        )}
        {note && (
          <Field id="loss-note" label={note.label}>
            <textarea id="loss-note" className="input" value={said} maxLength={note.max} onChange={(e) => setSaid(e.target.value)} />
          </Field>
        )}
      </div>
    </Dialog>
  );
}

import { useState } from "react";
import { queryClient } from "../api/query";
import { getRecord, patchRecord } from "../api/records";
import { nudge, snooze, type Todo, tick } from "../api/work";
import { t } from "../lib/i18n";
import { Field } from "../lib/ui/bits";
import { FormDialog } from "../lib/ui/form-dialog";
import { toast, toastError } from "../lib/ui/toast";
import { PickPerson } from "../meta/pick-person";

const again = () => void queryClient.invalidateQueries({ queryKey: ["todo"] });
type Props = { item: Todo; onClose: () => void };

/** 完成: what takes no more than a tick. */
export async function ticked(item: Todo) {
  try {
    await tick(item.id);
    again();
    toast(t("todo.doneSaid", item.title));
  } catch (e) {
    toastError(e);
  }
}

/** 催办: a note to whoever must act. */
export function NudgeDialog({ item, onClose }: Props) {
  const send = async (form: FormData) => {
    await nudge(item.id, String(form.get("text")).trim());
    toast(t("todo.nudged", item.owner.name));
  };
  return (
    <FormDialog title={t("todo.nudgeOf", item.owner.name)} kind="sheet" yes={t("todo.nudge")} onSubmit={send} onClose={onClose}>
      {(errors) => (
        <Field id="nudge-text" label={t("todo.nudgeText")} error={errors.text}>
          <textarea
            id="nudge-text"
            name="text"
            className="input"
            maxLength={200}
            data-autofocus
            defaultValue={t("todo.nudgeDefault", item.title)}
          />
        </Field>
      )}
    </FormDialog>
  );
}

/** 转派: the record goes to somebody else, and its clocks with it. */
export function AssignDialog({ item, onClose }: Props) {
  const [to, setTo] = useState<{ id: string; name: string }>();
  const save = async () => {
    if (!to) return;
    const rec = await getRecord(item.path, item.record);
    await patchRecord(item.path, item.record, rec.version, { owner_id: to.id });
    again();
    toast(t("todo.assigned", to.name));
  };
  return (
    <FormDialog title={t("todo.assignOf", item.title)} yes={t("ok")} ready={!!to} onSubmit={save} onClose={onClose}>
      {() => <PickPerson value={to?.id} besides={item.owner.id} onPick={setTo} />}
    </FormDialog>
  );
}

/** Silences the reminders of one thing for a while. */
export async function later(item: Todo, minutes: number) {
  try {
    await snooze(item.id, minutes);
    toast(t("todo.snoozed"));
  } catch (e) {
    toastError(e);
  }
}

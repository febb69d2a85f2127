import { useState } from "react";
import { queryClient } from "../../api/query";
import { getRecord, patchRecord } from "../../api/records";
import { doneByHand, nudge, snooze, type Todo } from "../../api/work";
import { t } from "../../lib/i18n";
import { Field } from "../../lib/ui/bits";
import { Combobox } from "../../lib/ui/combobox";
import { FormDialog } from "../../lib/ui/form-dialog";
import { toast, toastError } from "../../lib/ui/toast";
import { useUserOptions } from "../../meta/directory";
import { useMeta } from "../../meta/meta";

const again = () => void queryClient.invalidateQueries({ queryKey: ["todo"] });
type Props = { item: Todo; onClose: () => void };

/** 完成: what is done outside the system, in a word. */
export function DoneDialog({ item, onClose }: Props) {
  const done = async (form: FormData) => {
    await doneByHand(item.id, String(form.get("remark")).trim());
    again();
    toast(t("todo.doneSaid", item.title));
  };
  return (
    <FormDialog title={t("todo.doneOf", item.title)} kind="sheet" yes={t("todo.done")} onSubmit={done} onClose={onClose}>
      {(errors) => (
        <Field id="done-remark" label={t("todo.remark")} error={errors.remark}>
          <textarea id="done-remark" name="remark" className="input" maxLength={500} />
        </Field>
      )}
    </FormDialog>
  );
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
            maxLength={300}
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
  const [to, setTo] = useState("");
  const entity = useMeta()?.entities.find((e) => e.name === item.entity);
  const options = useUserOptions().filter((o) => o.value !== item.owner.id);
  const save = async () => {
    if (!entity) return;
    const rec = await getRecord(entity.path, item.record);
    await patchRecord(entity.path, item.record, rec.version, { owner_id: to });
    again();
    toast(t("todo.assigned", options.find((o) => o.value === to)?.label ?? ""));
  };
  return (
    <FormDialog title={t("todo.assignOf", item.title)} yes={t("ok")} ready={!!to} onSubmit={save} onClose={onClose}>
      {() => (
        <Combobox
          label={t("assign.to")}
          value={to ? [to] : []}
          options={options}
          placeholder={t("assign.to")}
          onChange={([v]) => setTo(v ?? "")}
          autoOpen
        />
      )}
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

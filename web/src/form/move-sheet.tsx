import { useState } from "react";
import { cancelPlan, postpone } from "../api/work";
import { addDays, dayOf, timeOf, today } from "../lib/dates";
import { formatExact } from "../lib/format";
import { t } from "../lib/i18n";
import { Chips, Field } from "../lib/ui/bits";
import { FormDialog } from "../lib/ui/form-dialog";
import { toast } from "../lib/ui/toast";
import { fieldOf, useEntity } from "../meta/meta";
import type { MoveRequest } from "./open";
import { refreshAll } from "./refresh";
import { at, When } from "./when";
import "./work.css";

const days = ["1", "3", "monday", "pick"] as const;

/** What people say most often, where the company has no list of its own. */
const usual = (cancel?: boolean) =>
  cancel
    ? [t("cancel.noNeed"), t("cancel.customer"), t("cancel.double"), t("cancel.contacted")]
    : [t("postpone.travel"), t("postpone.approval"), t("postpone.busy"), t("postpone.material"), t("postpone.mine")];

/** 延期: to when, and why; 取消: why. The first date stays on record. */
export default function MoveSheet({ id, title, at: planned, to: dragged, cancel, onDone, onClose }: MoveRequest & { onClose: () => void }) {
  const entity = useEntity("followup");
  const [to, setTo] = useState(dragged ?? at(addDays(today(), 1), timeOf(new Date(planned))));
  const [reason, setReason] = useState("");
  const field = entity && fieldOf(entity, cancel ? "cancel_reason" : "postpone_reason");
  const offered = field?.choices?.filter((c) => !c.disabled).map((c) => ({ value: c.value, label: c.label }));
  const reasons = offered ?? usual(cancel).map((r) => ({ value: r, label: r }));
  const save = async () => {
    if (cancel) await cancelPlan(id, reason);
    else await postpone(id, to, reason);
    refreshAll();
    toast(cancel ? t("cancel.done") : t("postpone.done", formatExact(to)));
    onDone?.(true);
  };
  const close = () => {
    onClose();
    onDone?.(false);
  };
  return (
    <FormDialog
      title={cancel ? t("cancel.of", title) : t("postpone.of", title)}
      kind="sheet"
      yes={cancel ? t("cancel.yes") : t("postpone")}
      danger={cancel}
      ready={!!reason.trim() && (cancel || dayOf(new Date(to)) >= today())}
      onSubmit={save}
      onClose={close}
    >
      {(errors) => (
        <>
          {!cancel && <When label={t("postpone.to")} value={to} days={days} error={errors.to} onChange={setTo} />}
          <Chips label={t("reason")} value={reason} options={reasons} onChange={setReason} />
          {!offered && (
            <Field id="move-reason" label={t("reason.other")} error={errors.reason}>
              <input
                id="move-reason"
                className="input"
                maxLength={200}
                value={reasons.some((r) => r.value === reason) ? "" : reason}
                onChange={(e) => setReason(e.target.value)}
              />
            </Field>
          )}
          {offered && errors.reason && <p className="field-error">{errors.reason}</p>}
        </>
      )}
    </FormDialog>
  );
}

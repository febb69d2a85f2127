import { useState } from "react";
import { erasePerson } from "../../api/personal";
import { str } from "../../fields";
import { t } from "../../lib/i18n";
import { Field } from "../../lib/ui/bits";
import { FormDialog } from "../../lib/ui/form-dialog";
import { IconCheck, IconX } from "../../lib/ui/icons";
import { toast } from "../../lib/ui/toast";
import { titleOf } from "../../meta/meta";
import { refresh } from "../../record/edit";
import type { EraseRequest } from "../../record/open";
import "./personal.css";

/** 彻底删除个人信息: says what goes and what remains, and asks for the reason and the person's name. */
export default function EraseDialog({ entity, rec, onDone, onClose }: EraseRequest & { onClose: () => void }) {
  const lead = entity.name === "lead";
  const name = (lead && str(rec.contact_name)) || titleOf(entity, rec);
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const erase = async () => {
    await erasePerson(entity, rec, reason);
    refresh(entity.path, rec.id);
    refresh("customers", String(rec.customer_id ?? ""));
    toast(t("personal.erased"));
    onDone?.();
  };
  return (
    <FormDialog
      title={t("personal.eraseOf", name)}
      yes={t("personal.erase")}
      danger
      ready={typed.trim() === name && reason.trim() !== ""}
      onSubmit={erase}
      onClose={onClose}
    >
      {(errors) => (
        <>
          <ul className="erase-list">
            <li>
              <IconX size={17} className="goes" aria-hidden />
              {t(lead ? "personal.goesLead" : "personal.goes")}
            </li>
            <li>
              <IconX size={17} className="goes" aria-hidden />
              {t(lead ? "personal.goesTooLead" : "personal.goesToo")}
            </li>
            <li>
              <IconCheck size={17} className="stays" aria-hidden />
              {t(lead ? "personal.staysLead" : "personal.stays")}
            </li>
          </ul>
          <p className="note bad">{t("personal.forGood")}</p>
          <Field id="erase-reason" label={t("personal.reason")} required error={errors.reason} help={t("personal.reasonHelp")}>
            <input
              id="erase-reason"
              className={errors.reason ? "input bad" : "input"}
              maxLength={200}
              autoComplete="off"
              placeholder={t("personal.reasonExample")}
              value={reason}
              onChange={(e) => setReason(e.target.value)}
            />
          </Field>
          <Field id="erase-name" label={t("personal.typeName", name)} required>
            <input id="erase-name" className="input" autoComplete="off" value={typed} onChange={(e) => setTyped(e.target.value)} />
          </Field>
        </>
      )}
    </FormDialog>
  );
}

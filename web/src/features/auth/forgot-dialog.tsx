import { useState } from "react";
import { forgot } from "../../api/security";
import { t } from "../../lib/i18n";
import { Field } from "../../lib/ui/bits";
import { Dialog } from "../../lib/ui/dialog";
import { FormDialog } from "../../lib/ui/form-dialog";

/** Sends a link to set a new password, to whoever has the login or address; it never says whether there is one. */
export function ForgotDialog({ onClose }: { onClose: () => void }) {
  const [sent, setSent] = useState(false);
  if (sent)
    return (
      <Dialog
        title={t("forgot")}
        onClose={onClose}
        footer={
          <button type="button" className="btn primary" onClick={onClose}>
            {t("ok")}
          </button>
        }
      >
        <p role="status">{t("forgot.sent")}</p>
      </Dialog>
    );
  const send = async (form: FormData) => {
    await forgot(String(form.get("forgot")).trim());
    setSent(true);
    return false;
  };
  return (
    <FormDialog title={t("forgot")} yes={t("forgot.send")} onSubmit={send} onClose={onClose}>
      {(errors) => (
        <Field id="forgot" label={t("forgot.login")} required error={errors.login} help={t("forgot.help")}>
          <input id="forgot" name="forgot" className="input" autoComplete="username" autoCapitalize="none" required data-autofocus />
        </Field>
      )}
    </FormDialog>
  );
}

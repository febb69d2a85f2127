import { type FormEvent, useState } from "react";
import { ApiError } from "../../api/client";
import { queryClient } from "../../api/query";
import { changePassword } from "../../api/session";
import { t } from "../../lib/i18n";
import { Spinner } from "../../lib/ui/bits";
import { PasswordField } from "../../lib/ui/password-field";
import { toast, toastError } from "../../lib/ui/toast";
import { Box } from "./box";

/** Changes one's password, which ends all other sessions. */
export function Password() {
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const [round, setRound] = useState(0);
  const save = async (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const form = new FormData(e.currentTarget);
    const next = String(form.get("new"));
    if (next !== String(form.get("again"))) return setErrors({ again: t("password.differ") });
    setBusy(true);
    try {
      await changePassword(String(form.get("old")), next);
      setErrors({});
      setRound(round + 1);
      void queryClient.invalidateQueries({ queryKey: ["sessions"] });
      toast(t("password.changed"));
    } catch (x) {
      setErrors(x instanceof ApiError ? x.fields : {});
      toastError(x);
    }
    setBusy(false);
  };
  return (
    <Box title={t("password.change")} id="password" text={t("password.ends")}>
      <form key={round} className="stack security-body" onSubmit={save}>
        <div className="security-three">
          <PasswordField name="old" label={t("password.old")} error={errors.old} />
          <PasswordField name="new" label={t("password.new")} fresh error={errors.new ?? errors.password} />
          <PasswordField name="again" label={t("password.again")} error={errors.again} />
        </div>
        <div className="row">
          <button type="submit" className="btn" disabled={busy}>
            {busy && <Spinner />}
            {t("password.change")}
          </button>
        </div>
      </form>
    </Box>
  );
}

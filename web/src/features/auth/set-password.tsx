import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "../../api/client";
import { linkOf, setByLink } from "../../api/security";
import { t } from "../../lib/i18n";
import { Failed, Ghosts, Spinner } from "../../lib/ui/bits";
import { GateFrame } from "../../lib/ui/gate-frame";
import { PasswordField } from "../../lib/ui/password-field";

/** The page of a link that sets a password: an invitation, or the way back of somebody who forgot theirs. */
export default function SetPassword() {
  // The secret stands behind # so that no server's log has it; it leaves the address at once.
  const [secret] = useState(() => {
    const s = location.hash.slice(1);
    history.replaceState(null, "", "/set-password");
    return s;
  });
  const { data, error } = useQuery({
    queryKey: ["link"],
    queryFn: () => linkOf(secret),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failed, setFailed] = useState("");
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const save = async (form: FormData) => {
    const password = String(form.get("password"));
    setErrors({});
    setFailed("");
    if (password !== String(form.get("again"))) return setErrors({ again: t("password.differ") });
    setBusy(true);
    try {
      await setByLink(secret, password);
      setDone(true);
    } catch (e) {
      const said = e instanceof ApiError ? e.fields : {};
      setErrors(said);
      if (!said.password) setFailed((e as Error).message || t("error.network"));
    }
    setBusy(false);
  };
  const toSignIn = (
    <a className="btn primary big" href="/">
      {t("link.signIn")}
    </a>
  );
  if (error)
    return (
      <GateFrame title={t("link.title")}>
        <div className="stack">
          <Failed error={error} />
          <p className="muted">{t("link.overHint")}</p>
          {toSignIn}
        </div>
      </GateFrame>
    );
  if (!data)
    return (
      <GateFrame title={t("link.title")}>
        <Ghosts n={3} />
      </GateFrame>
    );
  return (
    <GateFrame title={t("link.title")} text={data.purpose === "invitation" ? t("link.invited", data.name) : t("link.reset", data.name)}>
      {done ? (
        <div className="stack">
          <p className="note info" role="status">
            {t("link.done", data.login)}
          </p>
          {toSignIn}
        </div>
      ) : (
        <form
          className="stack"
          onSubmit={(e) => {
            e.preventDefault();
            void save(new FormData(e.currentTarget));
          }}
        >
          <input type="hidden" name="username" autoComplete="username" value={data.login} readOnly />
          <p className="muted small">
            {t("login")} <b>{data.login}</b>
          </p>
          <PasswordField name="password" label={t("password.new")} fresh error={errors.password} help={t("password.help")} autoFocus />
          <PasswordField name="again" label={t("password.again")} error={errors.again} />
          {failed && (
            <p className="note bad" role="alert">
              {failed}
            </p>
          )}
          <button type="submit" className="btn primary big" disabled={busy}>
            {busy && <Spinner />}
            {t("link.set")}
          </button>
        </form>
      )}
    </GateFrame>
  );
}

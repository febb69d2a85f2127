import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError } from "../../api/client";
import { queryClient } from "../../api/query";
import { bootQuery, changePassword, endSession, patchMe, sessions, setUser } from "../../api/session";
import { agentName } from "../../lib/agent";
import { formatAgo, formatExact } from "../../lib/format";
import { currentLanguage, type Language, languages, setLanguage, t } from "../../lib/i18n";
import { Avatar, Badge, Chips, Failed, Field, Ghosts, Spinner } from "../../lib/ui/bits";
import { IconDeviceDesktop } from "../../lib/ui/icons";
import { PasswordField } from "../../lib/ui/password-field";
import { toast, toastError } from "../../lib/ui/toast";
import { Box, SettingsFrame } from "./settings-frame";

/** What belongs to the one who is signed in: name and ways to reach, language, password, where they are signed in. */
export default function SettingsPage() {
  const { data } = useQuery(bootQuery);
  return (
    <SettingsFrame>
      <Profile />
      <Password />
      <Sessions />
      <p className="muted small">{[data?.company, `${t("app")} ${data?.version ?? ""}`].filter(Boolean).join(" · ")}</p>
    </SettingsFrame>
  );
}

function Profile() {
  const me = useQuery(bootQuery).data?.user;
  const [errors, setErrors] = useState<Record<string, string>>({});
  if (!me) return null;
  const save = async (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const form = new FormData(e.currentTarget);
    try {
      setUser(
        await patchMe({
          name: String(form.get("name")).trim(),
          mobile: String(form.get("mobile")).trim(),
          email: String(form.get("email")).trim(),
        }),
      );
      setErrors({});
      void queryClient.invalidateQueries({ queryKey: ["directory"] });
      toast(t("saved.done"));
    } catch (x) {
      setErrors(x instanceof ApiError ? x.fields : {});
      toastError(x);
    }
  };
  const language = async (next: Language) => {
    await setLanguage(next);
    void queryClient.invalidateQueries();
    try {
      setUser(await patchMe({ language: next }));
    } catch (x) {
      toastError(x);
    }
  };
  const field = (name: "name" | "mobile" | "email", label: string) => (
    <Field id={`me-${name}`} label={label} error={errors[name]}>
      <input
        id={`me-${name}`}
        name={name}
        className={errors[name] ? "input bad" : "input"}
        defaultValue={me[name] ?? ""}
        autoComplete="off"
      />
    </Field>
  );
  return (
    <Box title={t("account")} id="account">
      <div className="row me-head">
        <Avatar name={me.name} size={48} />
        <div>
          <b>{me.name}</b>
          <p className="muted small">
            {me.login} · {me.department?.name}
          </p>
        </div>
      </div>
      <form className="stack" onSubmit={save}>
        <div className="settings-three">
          {field("name", t("me.name"))}
          {field("mobile", t("me.mobile"))}
          {field("email", t("me.email"))}
        </div>
        <div className="row">
          <button type="submit" className="btn primary">
            {t("save")}
          </button>
        </div>
      </form>
      <Chips label={t("language")} value={currentLanguage()} options={languages} onChange={(l) => void language(l)} />
    </Box>
  );
}

function Password() {
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
    <Box title={t("password.change")} id="password">
      <form key={round} className="stack" onSubmit={save}>
        <div className="settings-three">
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

function Sessions() {
  const { data, error, refetch } = useQuery({ queryKey: ["sessions"], queryFn: sessions });
  const end = async (id: string) => {
    try {
      await endSession(id);
      await refetch();
      toast(t("sessions.ended"));
    } catch (e) {
      toastError(e);
    }
  };
  return (
    <Box title={t("sessions")} id="sessions">
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Ghosts n={2} />
      ) : (
        <ul className="sessions">
          {data.map((s) => (
            <li key={s.id}>
              <IconDeviceDesktop size={20} aria-hidden />
              <div className="grow">
                <p>
                  {agentName(s.agent ?? "")} {s.current && <Badge color="green">{t("sessions.this")}</Badge>}
                </p>
                <p className="muted small">
                  {s.address} · <span title={formatExact(s.last_seen_at ?? s.created_at)}>{formatAgo(s.last_seen_at ?? s.created_at)}</span>
                </p>
              </div>
              {!s.current && (
                <button type="button" className="btn small" onClick={() => void end(s.id)}>
                  {t("sessions.end")}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Box>
  );
}

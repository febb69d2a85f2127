import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError } from "../../api/client";
import { queryClient } from "../../api/query";
import { bootQuery, patchMe, setUser } from "../../api/session";
import { currentLanguage, type Language, languages, setLanguage, t } from "../../lib/i18n";
import { Avatar, Chips, Field } from "../../lib/ui/bits";
import { toast, toastError } from "../../lib/ui/toast";
import { Box, SettingsFrame } from "./settings-frame";

/** What belongs to the one who is signed in: name, ways to reach, language. */
export default function SettingsPage() {
  const { data } = useQuery(bootQuery);
  return (
    <SettingsFrame>
      <Profile />
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

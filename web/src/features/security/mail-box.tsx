import { type FormEvent, useState } from "react";
import { ApiError } from "../../api/client";
import { queryClient } from "../../api/query";
import { type MailSettings, putMail, removeMail, securitySettingsQuery, testMail } from "../../api/security";
import { currentUser } from "../../api/session";
import { t } from "../../lib/i18n";
import { Badge, Field, Spinner } from "../../lib/ui/bits";
import { ask } from "../../lib/ui/dialog";
import { toast, toastError } from "../../lib/ui/toast";
import { act } from "./act";
import { Box } from "./box";

type Props = { now: MailSettings | null; fixed: boolean };

/** The server that letters go through: invitations, new passwords. */
export function MailBox({ now, fixed }: Props) {
  const [open, setOpen] = useState(!!now);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState<"save" | "test">();
  const save = async (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const form = new FormData(e.currentTarget);
    const word = (name: string) => String(form.get(name) ?? "").trim();
    const password = String(form.get("password") ?? "");
    setBusy("save");
    try {
      const next = await putMail({
        host: word("host"),
        port: Number(word("port")) || undefined,
        security: word("security") as MailSettings["security"],
        user: word("user"),
        from: word("from"),
        password: password || undefined,
      });
      queryClient.setQueryData(securitySettingsQuery.queryKey, next);
      setErrors({});
      toast(t("saved.done"));
    } catch (x) {
      setErrors(x instanceof ApiError ? x.fields : {});
      toastError(x);
    }
    setBusy(undefined);
  };
  const test = async () => {
    setBusy("test");
    const to = currentUser()?.email ?? "";
    await act(() => testMail(to), [], t("mail.tested", to));
    setBusy(undefined);
  };
  const remove = async () => {
    if (await ask({ title: t("mail.removeAsk"), text: t("mail.removeText"), yes: t("security.remove"), danger: true }))
      void act(removeMail, ["security"], t("mail.removed"));
  };
  const line = (name: "host" | "user" | "from", label: string, more: object = {}) => (
    <Field id={`mail-${name}`} label={label} required={name !== "user"} error={errors[name]}>
      <input
        id={`mail-${name}`}
        name={name}
        className={errors[name] ? "input bad" : "input"}
        defaultValue={now?.[name]}
        required={name !== "user"}
        autoComplete="off"
        spellCheck={false}
        {...more}
      />
    </Field>
  );
  return (
    <Box
      title={t("mail")}
      id="mail"
      text={t("mail.text")}
      act={
        !open && !fixed ? (
          <button type="button" className="btn" onClick={() => setOpen(true)}>
            {t("mail.set")}
          </button>
        ) : (
          <Badge color={now ? "green" : "gray"}>{now ? t("security.set") : t("security.notSet")}</Badge>
        )
      }
    >
      {open && (
        <form className="security-body stack" onSubmit={save}>
          <fieldset className="plain-fields stack" disabled={fixed}>
            <div className="security-three">
              {line("host", t("mail.host"), { placeholder: "smtp.exmail.qq.com" })}
              <Field id="mail-security" label={t("mail.security")} error={errors.security}>
                <select id="mail-security" name="security" className="input" defaultValue={now?.security ?? "starttls"}>
                  <option value="starttls">STARTTLS</option>
                  <option value="tls">TLS</option>
                  <option value="none">{t("mail.plain")}</option>
                </select>
              </Field>
              <Field id="mail-port" label={t("mail.port")} error={errors.port} help={t("mail.portHelp")}>
                <input id="mail-port" name="port" type="number" min={1} max={65535} className="input num" defaultValue={now?.port} />
              </Field>
            </div>
            <div className="security-three">
              {line("from", t("mail.from"), { placeholder: "crm@example.com" })}
              {line("user", t("mail.user"))}
              <Field
                id="mail-password"
                label={t("password")}
                error={errors.password}
                help={now?.password_set ? t("security.kept") : undefined}
              >
                <input id="mail-password" name="password" type="password" className="input" autoComplete="new-password" />
              </Field>
            </div>
            {!fixed && (
              <div className="row wrap">
                <button type="submit" className="btn primary" disabled={!!busy}>
                  {busy === "save" && <Spinner />}
                  {t("save")}
                </button>
                {now && (
                  <>
                    <button type="button" className="btn" disabled={!!busy || !currentUser()?.email} onClick={() => void test()}>
                      {busy === "test" && <Spinner />}
                      {t("mail.test")}
                    </button>
                    <button type="button" className="btn quiet" onClick={() => void remove()}>
                      {t("security.remove")}
                    </button>
                  </>
                )}
              </div>
            )}
          </fieldset>
        </form>
      )}
    </Box>
  );
}

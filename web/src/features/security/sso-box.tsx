import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { listRoles } from "../../api/access";
import { ApiError } from "../../api/client";
import { queryClient } from "../../api/query";
import { putSSO, removeSSO, type SSOSettings, securitySettingsQuery, testSSO } from "../../api/security";
import { permits } from "../../api/session";
import { t } from "../../lib/i18n";
import { Badge, Field, Spinner } from "../../lib/ui/bits";
import { Combobox } from "../../lib/ui/combobox";
import { CopyButton } from "../../lib/ui/copy-button";
import { ask } from "../../lib/ui/dialog";
import { toast, toastError } from "../../lib/ui/toast";
import { useDepartmentOptions } from "../../meta/directory";
import { act } from "./act";
import { Box } from "./box";

type Props = { now: SSOSettings | null; callback: string; fixed: boolean };

/** Single sign-on by OpenID Connect: the provider, and who may come by it. */
export function SSOBox({ now, callback, fixed }: Props) {
  const [open, setOpen] = useState(!!now);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState<"save" | "test">();
  const [creates, setCreates] = useState(now?.create_users ?? false);
  const [department, setDepartment] = useState(now?.department_id ?? "");
  const departments = useDepartmentOptions();
  const roles = useQuery({ queryKey: ["roles"], queryFn: listRoles, enabled: open && permits("role", "view") }).data ?? [];
  const save = async (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const form = new FormData(e.currentTarget);
    const word = (name: string) => String(form.get(name) ?? "").trim();
    const on = (name: string) => form.get(name) === "on";
    setBusy("save");
    try {
      const next = await putSSO({
        enabled: on("enabled"),
        label: word("label"),
        issuer: word("issuer"),
        client_id: word("client_id"),
        client_secret: String(form.get("client_secret") ?? "") || undefined,
        match_email: on("match_email"),
        create_users: creates,
        trust_factor: on("trust_factor"),
        role_id: creates ? word("role_id") : undefined,
        department_id: creates ? department : undefined,
        domains: word("domains")
          .split(/[\s,，、;；]+/)
          .filter(Boolean),
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
    await act(testSSO, [], t("sso.tested"));
    setBusy(undefined);
  };
  const remove = async () => {
    if (await ask({ title: t("sso.removeAsk"), text: t("sso.removeText"), yes: t("security.remove"), danger: true }))
      void act(removeSSO, ["security"], t("sso.removed"));
  };
  const line = (name: "label" | "issuer" | "client_id", label: string, more: object = {}) => (
    <Field id={`sso-${name}`} label={label} required error={errors[name]}>
      <input
        id={`sso-${name}`}
        name={name}
        className={errors[name] ? "input bad" : "input"}
        defaultValue={now?.[name]}
        required
        autoComplete="off"
        spellCheck={false}
        {...more}
      />
    </Field>
  );
  const flag = (name: "enabled" | "match_email" | "trust_factor", label: string) => (
    <label className="check">
      <input type="checkbox" name={name} defaultChecked={now?.[name] ?? false} />
      {label}
    </label>
  );
  return (
    <Box
      title={t("sso")}
      id="sso"
      text={t("sso.text")}
      act={
        !open && !fixed ? (
          <button type="button" className="btn" onClick={() => setOpen(true)}>
            {t("sso.set")}
          </button>
        ) : (
          <Badge color={now?.enabled ? "green" : "gray"}>{now?.enabled ? t("sso.on") : t("sso.off")}</Badge>
        )
      }
    >
      {open && (
        <form className="security-body stack" onSubmit={save}>
          {callback && (
            <Field id="sso-callback" label={t("sso.callback")} help={t("sso.callbackHelp")}>
              <span className="row totp-secret">
                <code id="sso-callback">{callback}</code>
                <CopyButton text={callback} name={t("sso.copy")} done={t("sso.copied")} />
              </span>
            </Field>
          )}
          <fieldset className="plain-fields stack" disabled={fixed}>
            <div className="security-two">
              {line("issuer", t("sso.issuer"), { placeholder: "https://login.example.com" })}
              {line("label", t("sso.label"), { placeholder: t("sso.labelExample") })}
              {line("client_id", t("sso.client"))}
              <Field
                id="sso-secret"
                label={t("sso.secret")}
                error={errors.client_secret}
                help={now?.client_secret_set ? t("security.kept") : undefined}
              >
                <input id="sso-secret" name="client_secret" type="password" className="input" autoComplete="new-password" />
              </Field>
            </div>
            <div className="security-flags">
              {flag("match_email", t("sso.match"))}
              {flag("trust_factor", t("sso.trust"))}
              <label className="check">
                <input type="checkbox" checked={creates} onChange={(e) => setCreates(e.target.checked)} />
                {t("sso.create")}
              </label>
            </div>
            {creates && (
              <div className="security-two">
                <Field id="sso-role" label={t("sso.role")} required error={errors.role_id}>
                  <select id="sso-role" name="role_id" className="input" defaultValue={now?.role_id} required>
                    <option value="">{t("choose")}</option>
                    {roles
                      .filter((r) => r.built_in !== "admin")
                      .map((r) => (
                        <option key={r.id} value={r.id}>
                          {r.name}
                        </option>
                      ))}
                  </select>
                </Field>
                <Field id="sso-department" label={t("sso.department")} required error={errors.department_id}>
                  <Combobox
                    id="sso-department"
                    value={department ? [department] : []}
                    options={departments}
                    placeholder={t("choose")}
                    onChange={([v]) => setDepartment(v ?? "")}
                  />
                </Field>
              </div>
            )}
            <Field id="sso-domains" label={t("sso.domains")} error={errors.domains} help={t("sso.domainsHelp")}>
              <input
                id="sso-domains"
                name="domains"
                className="input"
                placeholder="example.com"
                autoComplete="off"
                defaultValue={(now?.domains ?? []).join(" ")}
              />
            </Field>
            {flag("enabled", t("sso.enabled"))}
            {errors.enabled && <p className="field-error">{errors.enabled}</p>}
            {!fixed && (
              <div className="row wrap">
                <button type="submit" className="btn primary" disabled={!!busy}>
                  {busy === "save" && <Spinner />}
                  {t("save")}
                </button>
                {now && (
                  <>
                    <button type="button" className="btn" disabled={!!busy} onClick={() => void test()}>
                      {busy === "test" && <Spinner />}
                      {t("sso.test")}
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

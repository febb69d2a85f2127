import { type FormEvent, type ReactNode, useState } from "react";
import { ApiError } from "../../api/client";
import { putSms, removeSms, type SmsComputed, type SmsGateway, type smsSettings } from "../../api/sms";
import { type PlainKey, t } from "../../lib/i18n";
import { Chips, Field, Spinner } from "../../lib/ui/bits";
import { ask } from "../../lib/ui/dialog";
import { toast, toastError } from "../../lib/ui/toast";
import { PartRows } from "./part-rows";

const empty: SmsGateway = {
  active: false,
  method: "POST",
  address: "",
  headers: [],
  format: "json",
  body: "",
  signature: "",
  message: "",
  secrets: [],
  computed: [],
  success: { path: "", equals: "" },
  abroad: false,
  per_hour: 200,
  per_day: 1000,
};
const hows: SmsComputed["how"][] = ["plain", "md5", "sha1", "sha256", "hmac-md5", "hmac-sha1", "hmac-sha256"];
const names = ["phone", "code", "text", "timestamp", "nonce", "secret", "sign"] as const;

type Props = { now?: SmsGateway; fixed: boolean; onChanged: (next: Awaited<ReturnType<typeof smsSettings>>) => void };

/** How a gateway is spoken to. */
export function GatewayForm({ now, fixed, onChanged }: Props) {
  const [g, setG] = useState<SmsGateway>(now ?? empty);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const set = (values: Partial<SmsGateway>) => setG((old) => ({ ...old, ...values }));
  const save = async (e: FormEvent) => {
    e.preventDefault();
    setBusy(true);
    try {
      // What stands empty beside a secret that is kept was not typed.
      const next = await putSms({ ...g, secrets: g.secrets.map((s) => ({ name: s.name, value: s.value || undefined })) });
      setErrors({});
      if (next.gateway) setG(next.gateway);
      onChanged(next);
      toast(t("saved.done"));
    } catch (x) {
      setErrors(x instanceof ApiError ? x.fields : {});
      toastError(x);
    }
    setBusy(false);
  };
  const remove = async () => {
    if (!(await ask({ title: t("sms.removeAsk"), text: t("sms.removeText"), yes: t("sms.remove"), danger: true }))) return;
    try {
      await removeSms();
      setG(empty);
      onChanged({ gateway: null });
      toast(t("sms.removed"));
    } catch (x) {
      toastError(x);
    }
  };
  const line = (name: "address" | "signature", label: string, more: object = {}, help?: string) => (
    <Field id={`sms-${name}`} label={label} error={errors[name]} help={help} required={name === "address"}>
      <input
        id={`sms-${name}`}
        className={errors[name] ? "input bad" : "input"}
        value={g[name]}
        onChange={(e) => set({ [name]: e.target.value })}
        autoComplete="off"
        spellCheck={false}
        {...more}
      />
    </Field>
  );
  const text = (name: "body" | "message", label: string, placeholder: string, help?: string) => (
    <Field id={`sms-${name}`} label={label} error={errors[name]} help={help}>
      <textarea
        id={`sms-${name}`}
        className={errors[name] ? "input bad sms-code" : "input sms-code"}
        rows={3}
        value={g[name]}
        placeholder={placeholder}
        onChange={(e) => set({ [name]: e.target.value })}
        spellCheck={false}
      />
    </Field>
  );
  const number = (name: "per_hour" | "per_day", label: string) => (
    <Field id={`sms-${name}`} label={label} error={errors[name]}>
      <input
        id={`sms-${name}`}
        type="number"
        min={1}
        max={10000}
        className="input num"
        value={g[name]}
        onChange={(e) => set({ [name]: Number(e.target.value) })}
      />
    </Field>
  );
  const success = (name: "path" | "equals", label: string, help: string) => (
    <Field id={`sms-${name}`} label={label} error={errors[`success.${name}`]} help={help}>
      <input
        id={`sms-${name}`}
        className="input"
        value={g.success[name]}
        onChange={(e) => set({ success: { ...g.success, [name]: e.target.value } })}
        autoComplete="off"
        spellCheck={false}
      />
    </Field>
  );
  return (
    <form className="sms-body" onSubmit={save}>
      <fieldset className="sms-fields stack" disabled={fixed}>
        <Part title={t("sms.request")}>
          <div className="sms-two">
            <Chips
              label={t("sms.method")}
              value={g.method}
              options={(["POST", "GET"] as const).map((value) => ({ value, label: value }))}
              onChange={(method) => set({ method })}
            />
            {g.method === "POST" && (
              <Chips
                label={t("sms.format")}
                value={g.format}
                options={[
                  { value: "json", label: "JSON" },
                  { value: "form", label: t("sms.form") },
                ]}
                onChange={(format) => set({ format })}
              />
            )}
          </div>
          {line("address", t("sms.address"), { required: true, placeholder: "https://sms.example.com/send" }, t("sms.addressHelp"))}
          {g.method === "POST" &&
            text(
              "body",
              t("sms.body"),
              g.format === "json"
                ? '{"to": "{{phone}}", "code": "{{code}}", "key": "{{secret.key}}"}'
                : "apikey={{secret.key}}&mobile={{phone}}&text={{text}}",
            )}
          <PartRows
            label={t("sms.headers")}
            add={t("sms.addHeader")}
            error={errors.headers}
            rows={g.headers}
            empty={{ name: "", value: "" }}
            columns={[
              { name: "name", label: t("sms.header") },
              { name: "value", label: t("sms.value"), wide: true },
            ]}
            onChange={(headers) => set({ headers })}
          />
          <Names />
        </Part>
        <Part title={t("sms.message")}>
          {text("message", t("sms.message"), t("sms.messageExample"), t("sms.messageHelp"))}
          {line("signature", t("sms.signature"), { placeholder: t("sms.signatureExample") })}
        </Part>
        <Part title={t("sms.secrets")} text={t("sms.secretsText")}>
          <PartRows
            label={t("sms.secrets")}
            add={t("sms.addSecret")}
            error={errors.secrets ?? Object.entries(errors).find(([k]) => k.startsWith("secrets."))?.[1]}
            rows={g.secrets.map((s) => ({ name: s.name, value: s.value ?? "" }))}
            empty={{ name: "", value: "" }}
            columns={[
              { name: "name", label: t("sms.secret") },
              {
                name: "value",
                label: t("sms.secretValue"),
                wide: true,
                secret: true,
                hint: (row) => (now?.secrets.some((s) => s.name === row.name) ? t("sms.kept") : ""),
              },
            ]}
            onChange={(secrets) => set({ secrets })}
          />
        </Part>
        <Part title={t("sms.computed")} text={t("sms.computedText")}>
          <PartRows
            label={t("sms.computed")}
            add={t("sms.addComputed")}
            error={errors.computed}
            rows={g.computed.map((c) => ({ key: "", ...c }))}
            empty={{ name: "", how: "md5", key: "", over: "", form: "hex" }}
            columns={[
              { name: "name", label: t("sms.computedName") },
              {
                name: "how",
                label: t("sms.how"),
                options: hows.map((v) => ({ value: v, label: v === "plain" ? t("sms.plain") : v.toUpperCase() })),
              },
              { name: "over", label: t("sms.over"), wide: true },
              { name: "key", label: t("sms.key"), only: (row) => row.how.startsWith("hmac") },
              { name: "form", label: t("sms.written"), options: ["hex", "HEX", "base64"].map((v) => ({ value: v, label: v })) },
            ]}
            onChange={(computed) => set({ computed: computed as SmsComputed[] })}
          />
        </Part>
        <Part title={t("sms.success")} text={t("sms.successText")}>
          <div className="sms-two">
            {success("path", t("sms.path"), t("sms.pathHelp"))}
            {success("equals", t("sms.equals"), t("sms.equalsHelp"))}
          </div>
        </Part>
        <Part title={t("sms.limits")}>
          <div className="sms-two">
            {number("per_hour", t("sms.perHour"))}
            {number("per_day", t("sms.perDay"))}
          </div>
          <label className="row">
            <input type="checkbox" checked={g.abroad} onChange={(e) => set({ abroad: e.target.checked })} />
            {t("sms.abroad")}
          </label>
        </Part>
        <label className="row">
          <input type="checkbox" checked={g.active} onChange={(e) => set({ active: e.target.checked })} />
          {t("sms.active")}
        </label>
        {!fixed && (
          <div className="row wrap">
            <button type="submit" className="btn primary" disabled={busy}>
              {busy && <Spinner />}
              {t("save")}
            </button>
            {now && (
              <button type="button" className="btn quiet" onClick={() => void remove()}>
                {t("sms.remove")}
              </button>
            )}
          </div>
        )}
      </fieldset>
    </form>
  );
}

const Part = ({ title, text, children }: { title: string; text?: string; children: ReactNode }) => (
  <section className="stack sms-part" aria-label={title}>
    <h3>{title}</h3>
    {text && <p className="muted small">{text}</p>}
    {children}
  </section>
);

/** What stands for what. */
const Names = () => (
  <details className="sms-names small">
    <summary>{t("sms.names")}</summary>
    <dl>
      {names.map((n) => (
        <div key={n}>
          <dt>
            <code>{n === "secret" || n === "sign" ? `{{${n}.…}}` : `{{${n}}}`}</code>
          </dt>
          <dd>{t(`sms.name.${n}` as PlainKey)}</dd>
        </div>
      ))}
    </dl>
  </details>
);

import { useState } from "react";
import type { Robot, RobotList } from "../../api/notes";
import { currentLanguage, languages, t } from "../../lib/i18n";
import { Chips, Field } from "../../lib/ui/bits";
import { FormDialog } from "../../lib/ui/form-dialog";
import { useDirectory } from "../../meta/directory";

const services = ["wecom", "dingtalk", "feishu"] as const;
const examples = {
  wecom: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…",
  dingtalk: "https://oapi.dingtalk.com/robot/send?access_token=…",
  feishu: "https://open.feishu.cn/open-apis/bot/v2/hook/…",
};

type Props = { now?: Robot; kinds: RobotList["kinds"]; onSave: (r: Partial<Robot>) => Promise<unknown>; onClose: () => void };

/** The robot of a chat group: where it speaks, of whom and of what. */
export function RobotDialog({ now, kinds, onSave, onClose }: Props) {
  const [service, setService] = useState<Robot["service"]>(now?.service ?? "wecom");
  const [chosen, setChosen] = useState(now?.kinds ?? []);
  const [language, setLanguage] = useState<Robot["language"]>(now?.language ?? currentLanguage());
  const departments = useDirectory()?.departments ?? [];
  const send = (form: FormData) => {
    const word = (name: string) => String(form.get(name) ?? "").trim();
    return onSave({
      name: word("name"),
      service,
      department_id: word("department_id"),
      kinds: chosen,
      titles: form.get("titles") === "on",
      language,
      active: form.get("active") === "on",
      address: word("address") || undefined,
      secret: form.get("drop") === "on" ? "" : word("secret") || undefined,
    });
  };
  return (
    <FormDialog title={now ? t("robots.edit") : t("robots.new")} onClose={onClose} onSubmit={send}>
      {(errors) => (
        <>
          <Chips
            label={t("robots.service")}
            value={service}
            options={services.map((value) => ({ value, label: t(`robots.${value}`) }))}
            onChange={setService}
          />
          <Field id="robot-name" label={t("robots.name")} required error={errors.name}>
            <input
              id="robot-name"
              name="name"
              className={errors.name ? "input bad" : "input"}
              defaultValue={now?.name}
              required
              maxLength={60}
              autoComplete="off"
            />
          </Field>
          <Field
            id="robot-address"
            label={t("robots.address")}
            required={!now}
            error={errors.address}
            help={now ? t("robots.kept") : undefined}
          >
            <input
              id="robot-address"
              name="address"
              type="url"
              className={errors.address ? "input bad" : "input"}
              placeholder={examples[service]}
              required={!now}
              autoComplete="off"
              spellCheck={false}
            />
          </Field>
          {service !== "wecom" && (
            <Field
              id="robot-secret"
              label={t("robots.secret")}
              error={errors.secret}
              help={now?.secret_set ? t("robots.kept") : t("robots.secretHelp")}
            >
              <input id="robot-secret" name="secret" type="password" className="input" autoComplete="new-password" />
            </Field>
          )}
          {now?.secret_set && (
            <label className="row">
              <input type="checkbox" name="drop" />
              {t("robots.dropSecret")}
            </label>
          )}
          <Field id="robot-department" label={t("robots.department")} error={errors.department_id}>
            <select id="robot-department" name="department_id" className="input" defaultValue={now?.department_id ?? ""}>
              <option value="">{t("robots.company")}</option>
              {departments.map((d) => (
                <option key={d.id} value={d.id}>
                  {d.name}
                </option>
              ))}
            </select>
          </Field>
          <fieldset className="told-fieldset">
            <legend>{t("robots.kinds")}</legend>
            <div className="told-kinds">
              {kinds.map((k) => (
                <label key={k.kind} className={chosen.includes(k.kind) ? "chip on" : "chip"}>
                  <input
                    type="checkbox"
                    className="sr"
                    checked={chosen.includes(k.kind)}
                    onChange={(e) => setChosen(e.target.checked ? [...chosen, k.kind] : chosen.filter((x) => x !== k.kind))}
                  />
                  {k.label}
                </label>
              ))}
            </div>
            {errors.kinds && <p className="field-error">{errors.kinds}</p>}
          </fieldset>
          <Chips label={t("language")} value={language} options={languages} onChange={setLanguage} />
          <label className="row">
            <input type="checkbox" name="titles" defaultChecked={now?.titles} />
            {t("robots.titles")}
          </label>
          <p className="muted small">{t("robots.titlesText")}</p>
          <label className="row">
            <input type="checkbox" name="active" defaultChecked={now?.active ?? true} />
            {t("robots.active")}
          </label>
        </>
      )}
    </FormDialog>
  );
}

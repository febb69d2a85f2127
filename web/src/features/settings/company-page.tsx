import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { ApiError } from "../../api/client";
import { queryClient } from "../../api/query";
import { bootQuery } from "../../api/session";
import { putSettings, settingsQuery } from "../../api/settings";
import type { Settings } from "../../api/types";
import { today } from "../../lib/dates";
import { t } from "../../lib/i18n";
import { Failed, Field, Ghosts, Spinner } from "../../lib/ui/bits";
import { toast, toastError } from "../../lib/ui/toast";
import { codeExample, codeParts, withPart } from "./code-rule";
import { Box, SettingsFrame } from "./settings-frame";

/** 公司设置: what holds for everybody. */
export default function CompanyPage() {
  const { data, error, refetch } = useQuery(settingsQuery);
  return (
    <SettingsFrame>
      {error ? <Failed error={error} retry={() => void refetch()} /> : data ? <Company settings={data} /> : <Ghosts n={4} h={60} />}
    </SettingsFrame>
  );
}

const said: Record<(typeof codeParts)[number], () => string> = {
  "{year}": () => t("code.year"),
  "{month}": () => t("code.month"),
  "{industry}": () => t("code.industry"),
  "{serial:3}": () => t("code.serial"),
};

function Company({ settings }: { settings: Settings }) {
  const [rule, setRule] = useState(settings.code_rule);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const example = codeExample(rule, today());
  const save = async (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const form = new FormData(e.currentTarget);
    const company = String(form.get("company")).trim();
    const watermark = form.has("watermark");
    setBusy(true);
    try {
      const next = await putSettings({ company, code_rule: rule.trim(), watermark });
      queryClient.setQueryData(settingsQuery.queryKey, (was) => ({ ...was, ...next }));
      queryClient.setQueryData(bootQuery.queryKey, (b) => b && { ...b, company: next.company, watermark });
      setErrors({});
      toast(t("saved.done"));
    } catch (x) {
      setErrors(x instanceof ApiError ? x.fields : {});
      toastError(x);
    }
    setBusy(false);
  };
  const put = (part: string) => {
    setRule(withPart(rule, part, input.current?.selectionStart ?? rule.length));
    input.current?.focus();
  };
  return (
    <Box title={t("settings.company")} id="company-settings">
      <form className="stack" onSubmit={save}>
        <Field id="company" label={t("setup.company")} required error={errors.company}>
          <input id="company" name="company" className={errors.company ? "input bad" : "input"} defaultValue={settings.company} />
        </Field>
        <Field id="code-rule" label={t("code.rule")} required error={errors.code_rule}>
          <input
            id="code-rule"
            ref={input}
            className={errors.code_rule ? "input bad num" : "input num"}
            value={rule}
            autoComplete="off"
            spellCheck={false}
            aria-describedby="code-example"
            onChange={(e) => setRule(e.target.value)}
          />
        </Field>
        <div className="row wrap code-parts">
          <span className="muted small">{t("code.put")}</span>
          {codeParts.map((part) => (
            <button key={part} type="button" className="btn small" onClick={() => put(part)}>
              {said[part]()}
            </button>
          ))}
        </div>
        <p className="code-example" id="code-example" aria-live="polite">
          {example ? (
            <>
              <span className="muted">{t("code.example")}</span> <b className="num">{example}</b>
              <span className="muted"> → </span>
              <b className="num">{codeExample(rule, today(), "Tech", 2)}</b>
            </>
          ) : (
            <span className="late">{t("code.bad")}</span>
          )}
        </p>
        <p className="muted small">{t("code.note")}</p>
        <label className="check">
          <input type="checkbox" name="watermark" defaultChecked={settings.watermark} />
          <span>{t("company.watermark")}</span>
        </label>
        <p className="muted small">{t("company.watermarkText")}</p>
        <div className="row">
          <button type="submit" className="btn primary" disabled={busy || !example}>
            {busy && <Spinner />}
            {t("save")}
          </button>
        </div>
      </form>
    </Box>
  );
}

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { ApiError } from "../../api/client";
import { permits } from "../../api/session";
import type { Rec } from "../../api/types";
import { currentLanguage, languages, t } from "../../lib/i18n";
import { Chips, Field } from "../../lib/ui/bits";
import { toast, toastError } from "../../lib/ui/toast";
import { useDebounced } from "../../lib/use-debounced";
import { useDirectory } from "../../meta/directory";
import { entityByName, useMeta } from "../../meta/meta";
import { askable, type FormDraft, previewForm, saveForm } from "./api";
import { FieldsPart } from "./fields-part";

const accents = ["#1f5fd0", "#0f766e", "#15803d", "#b45309", "#c2410c", "#be123c", "#7c3aed", "#334155"];

const blank = (): FormDraft => ({
  name: "",
  title: t("webform.newTitle"),
  intro: "",
  language: currentLanguage() === "en" ? "en" : "zh",
  fields: [
    { field: "company", required: true },
    { field: "contact_name", required: true },
    { field: "phone", required: true },
    { field: "need", required: false },
  ],
  theme: "light",
  accent: "#1f5fd0",
  consent: t("webform.newConsent"),
  consent_required: true,
  thanks: "",
  redirect: "",
  origins: [],
  receiver_id: "",
  source: "website",
  source_detail: "",
  tags: [],
  active: true,
});

const draftOf = (now: Rec | undefined): FormDraft => {
  const d = blank();
  if (!now) return d;
  const kept = Object.fromEntries(Object.keys(d).map((name) => [name, now[name] ?? d[name as keyof FormDraft]]));
  return { ...d, ...(kept as Partial<FormDraft>) };
};

const words = (typed: string, by: RegExp) =>
  typed
    .split(by)
    .map((w) => w.trim())
    .filter(Boolean);

type Props = { now?: Rec; onSaved: (saved: Rec) => void; onClose: () => void };

/** A form as it is designed, with the page that visitors will see beside it. */
export function Designer({ now, onSaved, onClose }: Props) {
  const [d, setDraft] = useState(() => draftOf(now));
  const [origins, setOrigins] = useState(d.origins.join("\n"));
  const [tags, setTags] = useState(d.tags.join("、"));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const all = useQuery({ queryKey: ["web-form-askable"], queryFn: askable }).data ?? [];
  const users = useDirectory().users.filter((u) => u.active || u.id === d.receiver_id);
  const sources = entityByName(useMeta(), "web_form")?.fields.find((f) => f.name === "source")?.choices ?? [];
  const set = (change: Partial<FormDraft>) => setDraft({ ...d, ...change });
  const save = async (e: FormEvent) => {
    e.preventDefault();
    try {
      const saved = await saveForm(now, { ...d, origins: words(origins, /[\s,，]+/), tags: words(tags, /[,，、]/) });
      setErrors({});
      toast(t("saved.done"));
      onSaved(saved);
    } catch (x) {
      setErrors(x instanceof ApiError ? x.fields : {});
      toastError(x);
    }
  };
  type Text = "name" | "title" | "intro" | "consent" | "thanks" | "redirect" | "source_detail";
  const control = (
    name: keyof FormDraft,
    label: string,
    child: (id: string, bad: string) => ReactNode,
    help?: string,
    required = false,
  ) => (
    <Field id={`wf-${name}`} label={label} error={errors[name]} help={help} required={required}>
      {child(`wf-${name}`, errors[name] ? "input bad" : "input")}
    </Field>
  );
  const line = (name: Text, label: string, more: object = {}, help?: string) =>
    control(
      name,
      label,
      (id, bad) => (
        <input id={id} className={bad} value={d[name]} onChange={(e) => set({ [name]: e.target.value })} autoComplete="off" {...more} />
      ),
      help,
      "required" in more,
    );
  const area = (name: Text, label: string, help?: string) =>
    control(
      name,
      label,
      (id, bad) => <textarea id={id} className={bad} rows={3} value={d[name]} onChange={(e) => set({ [name]: e.target.value })} />,
      help,
    );
  const fixed = !permits("web_form", now ? "edit" : "create");
  return (
    <div className="webform-desk">
      <form className="box webform-form" onSubmit={save} aria-label={t("webform.design")}>
        <fieldset disabled={fixed}>
          <Part title={t("webform.says")}>
            {line("name", t("webform.name"), { required: true, maxLength: 60 }, t("webform.nameHelp"))}
            {line("title", t("webform.title"), { required: true, maxLength: 80 })}
            {area("intro", t("webform.intro"))}
            <Chips label={t("webform.language")} value={d.language} options={languages} onChange={(language) => set({ language })} />
          </Part>
          <Part title={t("webform.asks")}>
            <FieldsPart all={all} asked={d.fields} error={errors.fields} onChange={(fields) => set({ fields })} />
          </Part>
          <Part title={t("webform.consentPart")}>
            {area("consent", t("webform.consent"), t("webform.consentHelp"))}
            <label className="webform-check">
              <input type="checkbox" checked={d.consent_required} onChange={(e) => set({ consent_required: e.target.checked })} />
              {t("webform.mustAgree")}
            </label>
          </Part>
          <Part title={t("webform.afterwards")}>
            {area("thanks", t("webform.thanks"), t("webform.thanksHelp"))}
            {line(
              "redirect",
              t("webform.redirect"),
              { type: "url", placeholder: "https://www.example.com/thanks" },
              t("webform.redirectHelp"),
            )}
          </Part>
          <Part title={t("webform.leads")}>
            {control(
              "receiver_id",
              t("webform.receiver"),
              (id, bad) => (
                <select id={id} className={bad} required value={d.receiver_id} onChange={(e) => set({ receiver_id: e.target.value })}>
                  <option value="">{t("webform.choose")}</option>
                  {users.map((u) => (
                    <option key={u.id} value={u.id}>
                      {u.name}
                    </option>
                  ))}
                </select>
              ),
              t("webform.receiverHelp"),
              true,
            )}
            <div className="webform-two">
              {control("source", t("webform.source"), (id, bad) => (
                <select id={id} className={bad} value={d.source} onChange={(e) => set({ source: e.target.value })}>
                  <option value="">{t("webform.none")}</option>
                  {sources.map((c) => (
                    <option key={c.value} value={c.value}>
                      {c.label}
                    </option>
                  ))}
                </select>
              ))}
              {line("source_detail", t("webform.sourceDetail"))}
            </div>
            {control("tags", t("webform.tags"), (id, bad) => (
              <input id={id} className={bad} value={tags} onChange={(e) => setTags(e.target.value)} autoComplete="off" />
            ))}
          </Part>
          <Part title={t("webform.look")}>
            <fieldset className="webform-colours">
              <legend className="sr-only">{t("webform.accent")}</legend>
              {accents.map((a) => (
                <label key={a}>
                  <input type="radio" name="accent" checked={d.accent === a} onChange={() => set({ accent: a })} />
                  <svg viewBox="0 0 24 24" width="24" height="24" role="img" aria-label={a}>
                    <circle cx="12" cy="12" r="10" fill={a} />
                  </svg>
                </label>
              ))}
              <input
                type="color"
                aria-label={t("webform.otherColour")}
                value={/^#[0-9a-f]{6}$/.test(d.accent) ? d.accent : "#1f5fd0"}
                onChange={(e) => set({ accent: e.target.value })}
              />
            </fieldset>
            {errors.accent && <p className="field-error">{errors.accent}</p>}
            <Chips
              label={t("webform.theme")}
              value={d.theme}
              options={(["light", "dark", "auto"] as const).map((value) => ({ value, label: t(`webform.${value}`) }))}
              onChange={(theme) => set({ theme })}
            />
            {control(
              "origins",
              t("webform.origins"),
              (id, bad) => (
                <textarea
                  id={id}
                  className={bad}
                  rows={2}
                  value={origins}
                  placeholder="https://www.example.com"
                  onChange={(e) => setOrigins(e.target.value)}
                />
              ),
              t("webform.originsHelp"),
            )}
          </Part>
        </fieldset>
        <div className="row webform-foot">
          {!fixed && (
            <button type="submit" className="btn primary">
              {t("save")}
            </button>
          )}
          <button type="button" className="btn" onClick={onClose}>
            {t("webform.back")}
          </button>
        </div>
      </form>
      <Preview draft={d} />
    </div>
  );
}

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className="webform-part">
    <h3>{title}</h3>
    {children}
  </section>
);

/** The visitor's page as the server makes it; nothing in it runs. */
function Preview({ draft }: { draft: FormDraft }) {
  const shown = useDebounced(draft, 350);
  const { data } = useQuery({
    queryKey: ["web-form-preview", shown],
    queryFn: () => previewForm(shown),
    placeholderData: keepPreviousData,
  });
  return (
    <section className="webform-preview" aria-label={t("webform.preview")}>
      <h3>{t("webform.preview")}</h3>
      <iframe title={t("webform.preview")} sandbox="allow-same-origin" srcDoc={data ?? ""} />
    </section>
  );
}

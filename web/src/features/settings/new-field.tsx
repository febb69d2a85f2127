import { type FormEvent, useState } from "react";
import { ApiError } from "../../api/client";
import { createField } from "../../api/settings";
import type { EntityMeta, FieldType } from "../../api/types";
import { t } from "../../lib/i18n";
import { Field, Spinner } from "../../lib/ui/bits";
import { Dialog } from "../../lib/ui/dialog";
import { toast, toastError } from "../../lib/ui/toast";
import { useMeta } from "../../meta/meta";
import { ChoiceRows, type Draft, newDraft } from "./choice-rows";
import { toChoices } from "./choices-dialog";
import { arranged, hasChoices, newTypes } from "./field-list";

type Props = { entity: EntityMeta; onClose: () => void; onSaved: () => void };
type NewType = (typeof newTypes)[number];

/** A field of the company's own: its names, its type, and what the type asks for. */
export function NewFieldDialog({ entity, onClose, onSaved }: Props) {
  const meta = useMeta();
  const [type, setType] = useState<NewType>("text");
  const [choices, setChoices] = useState<Draft[]>(() => [newDraft(), newDraft()]);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const submit = async (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const form = new FormData(e.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const label_zh = text("zh") || text("en");
    setBusy(true);
    try {
      await createField({
        entity: entity.name,
        label_zh,
        label_en: text("en"),
        type,
        required: form.get("required") === "on",
        group: text("group") || undefined,
        ref: type === "ref" ? text("ref") : undefined,
        choices: hasChoices(type) ? toChoices(choices) : undefined,
        aliases: text("aliases")
          .split(/[,，、;；\n]/)
          .map((a) => a.trim())
          .filter(Boolean),
        position: entity.fields.length,
      });
      onSaved();
      toast(t("fields.added", label_zh));
      onClose();
    } catch (x) {
      setErrors(x instanceof ApiError ? x.fields : {});
      toastError(x);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("fields.addTo", entity.label)}
      kind="drawer"
      onClose={onClose}
      footer={
        <>
          <button type="button" className="btn" onClick={onClose}>
            {t("cancel")}
          </button>
          <button type="submit" form="field-form" className="btn primary" disabled={busy}>
            {busy && <Spinner />}
            {t("save")}
          </button>
        </>
      }
    >
      <form id="field-form" className="stack" onSubmit={submit}>
        <Field id="field-zh" label={t("fields.zh")} required error={errors.label_zh ?? errors.label}>
          <input id="field-zh" name="zh" className={errors.label_zh ? "input bad" : "input"} maxLength={60} required autoComplete="off" />
        </Field>
        <Field id="field-en" label={t("fields.en")} error={errors.label_en}>
          <input id="field-en" name="en" className="input" maxLength={60} autoComplete="off" />
        </Field>
        <Field id="field-type" label={t("fields.type")} required error={errors.type}>
          <select id="field-type" className="input" value={type} onChange={(e) => setType(e.target.value as NewType)}>
            {newTypes.map((x: FieldType) => (
              <option key={x} value={x}>
                {t(`type.${x}`)}
              </option>
            ))}
          </select>
        </Field>
        {type === "ref" && (
          <Field id="field-ref" label={t("fields.ref")} required error={errors.ref}>
            <select id="field-ref" name="ref" className="input">
              {(meta ? [...arranged(meta), ...meta.entities.filter((e) => e.name === "user")] : []).map((e) => (
                <option key={e.name} value={e.name}>
                  {e.label}
                </option>
              ))}
            </select>
          </Field>
        )}
        {hasChoices(type) && (
          <fieldset className="field plain-set">
            <legend>{t("options")}</legend>
            <ChoiceRows list={choices} onChange={setChoices} />
            {errors.choices && <p className="field-error">{errors.choices}</p>}
          </fieldset>
        )}
        {entity.groups.length > 0 && (
          <Field id="field-group" label={t("fields.group")} error={errors.group}>
            <select id="field-group" name="group" className="input" defaultValue={entity.groups.at(-1)?.name}>
              {entity.groups.map((g) => (
                <option key={g.name} value={g.name}>
                  {g.label}
                </option>
              ))}
            </select>
          </Field>
        )}
        <Field id="field-aliases" label={t("fields.aliases")} help={t("fields.aliasesHelp")} error={errors.aliases}>
          <input id="field-aliases" name="aliases" className="input" autoComplete="off" />
        </Field>
        <label className="check">
          <input type="checkbox" name="required" />
          {t("fields.must")}
        </label>
      </form>
    </Dialog>
  );
}

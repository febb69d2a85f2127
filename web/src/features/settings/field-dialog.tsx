import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { changeField, createField, getField } from "../../api/settings";
import type { EntityMeta, FieldMeta, NewField } from "../../api/types";
import { t } from "../../lib/i18n";
import { Failed, Field, Ghosts } from "../../lib/ui/bits";
import { FormDialog } from "../../lib/ui/form-dialog";
import { toast } from "../../lib/ui/toast";
import { useMeta } from "../../meta/meta";
import { ChoiceRows, newDraft, toChoices } from "./choice-rows";
import { arranged, hasChoices, newTypes } from "./field-list";

/** What every field of a company's has, as the form gives it. */
function entered(form: FormData) {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  return {
    label_zh: text("label_zh") || text("label_en"),
    label_en: text("label_en"),
    help_zh: text("help_zh") || text("help_en"),
    help_en: text("help_en"),
    group: text("group"),
    aliases: text("aliases")
      .split(/[,，、;；\n]/)
      .map((a) => a.trim())
      .filter(Boolean),
    required: form.get("required") === "on",
  };
}

type InputsProps = {
  entity: EntityMeta;
  now?: NewField;
  errors: Record<string, string>;
  onName?: (name: string) => void;
  children?: ReactNode;
};

/** The inputs of these; children stand behind the names. */
function Inputs({ entity, now, errors, onName, children }: InputsProps) {
  const line = (name: "label_zh" | "label_en" | "help_zh" | "help_en", label: string, max: number) => (
    <Field id={`field-${name}`} label={label} required={name === "label_zh"} error={errors[name]}>
      <input
        id={`field-${name}`}
        name={name}
        className={errors[name] ? "input bad" : "input"}
        maxLength={max}
        required={name === "label_zh"}
        defaultValue={now?.[name]}
        autoComplete="off"
        onChange={(e) => onName?.(e.target.value)}
      />
    </Field>
  );
  return (
    <>
      <div className="both">
        {line("label_zh", t("fields.zh"), 40)}
        {line("label_en", t("fields.en"), 40)}
      </div>
      {children}
      {entity.groups.length > 0 && (
        <Field id="field-group" label={t("fields.group")} error={errors.group}>
          <select id="field-group" name="group" className="input" defaultValue={now ? now.group : entity.groups.at(-1)?.name}>
            {entity.groups.map((g) => (
              <option key={g.name} value={g.name}>
                {g.label}
              </option>
            ))}
          </select>
        </Field>
      )}
      <div className="both">
        {line("help_zh", t("fields.helpZh"), 200)}
        {line("help_en", t("fields.helpEn"), 200)}
      </div>
      <Field id="field-aliases" label={t("fields.aliases")} help={t("fields.aliasesHelp")} error={errors.aliases}>
        <input id="field-aliases" name="aliases" className="input" defaultValue={now?.aliases?.join("，")} autoComplete="off" />
      </Field>
      <label className="check">
        <input type="checkbox" name="required" defaultChecked={now?.required} />
        {t("fields.must")}
      </label>
    </>
  );
}

type NewProps = {
  entity: EntityMeta;
  /** Fields that the company does without: one of the same name is better taken back than made anew. */
  unused: FieldMeta[];
  onUse: (f: FieldMeta) => void;
  onClose: () => void;
  onSaved: () => void;
};
type NewType = (typeof newTypes)[number];

/** A new field of the company's own: its names, its type, and what the type asks for. */
export function NewFieldDialog({ entity, unused, onUse, onClose, onSaved }: NewProps) {
  const meta = useMeta();
  const [type, setType] = useState<NewType>("text");
  const [choices, setChoices] = useState(() => [newDraft(), newDraft()]);
  const [name, setName] = useState("");
  const same = unused.find((f) => name.trim() && f.label.toLowerCase() === name.trim().toLowerCase());
  const save = async (form: FormData) => {
    const values = entered(form);
    await createField({
      entity: entity.name,
      ...values,
      type,
      ref: type === "ref" ? String(form.get("ref")) : undefined,
      choices: hasChoices(type) ? toChoices(choices) : undefined,
      position: entity.fields.length,
    });
    onSaved();
    toast(t("fields.added", values.label_zh));
  };
  return (
    <FormDialog title={t("fields.addTo", entity.label)} kind="drawer" onSubmit={save} onClose={onClose}>
      {(errors) => (
        <Inputs entity={entity} errors={errors} onName={setName}>
          {same && (
            <p className="note row wrap">
              <span className="grow">{t("fields.same", same.label)}</span>
              <button
                type="button"
                className="btn small"
                onClick={() => {
                  onUse(same);
                  onClose();
                }}
              >
                {t("fields.useAgain")}
              </button>
            </p>
          )}
          <Field id="field-type" label={t("fields.type")} required error={errors.type}>
            <select id="field-type" className="input" value={type} onChange={(e) => setType(e.target.value as NewType)}>
              {newTypes.map((x) => (
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
        </Inputs>
      )}
    </FormDialog>
  );
}

type EditProps = { entity: EntityMeta; field: FieldMeta; onClose: () => void; onSaved: () => void };

/** How a field of the company's own is called, explained and where it stands; its type stays, as records hold values of it. */
export function EditFieldDialog({ entity, field, onClose, onSaved }: EditProps) {
  const key = ["field", entity.name, field.name];
  const { data, error, refetch } = useQuery({ queryKey: key, queryFn: () => getField(entity.name, field.name), gcTime: 0, staleTime: 0 });
  const save = async (form: FormData) => {
    await changeField(entity.name, field.name, entered(form));
    onSaved();
    toast(t("saved.done"));
  };
  return (
    <FormDialog title={t("edit.of", field.label)} kind="drawer" ready={!!data} onSubmit={save} onClose={onClose}>
      {(errors) =>
        error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : data ? (
          <Inputs entity={entity} now={data} errors={errors} />
        ) : (
          <Ghosts n={5} h={60} />
        )
      }
    </FormDialog>
  );
}

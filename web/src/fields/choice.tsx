import { useRef } from "react";
import type { FieldMeta } from "../api/types";
import { t } from "../lib/i18n";
import { Badge } from "../lib/ui/bits";
import { Combobox, type Option } from "../lib/ui/combobox";
import { newChoice } from "../meta/choices";
import { choiceOf } from "../meta/meta";
import { type FieldKind, type InputProps, list, type ManyProps, type ShowProps, str } from "./kind";

/** What may be chosen: without the disabled, but with the present one. */
export const choiceOptions = (f: FieldMeta, value: string[] = []): Option[] =>
  (f.choices ?? []).filter((c) => !c.disabled || value.includes(c.value)).map((c) => ({ value: c.value, label: c.label, color: c.color }));
export const choiceText = (v: unknown, f: FieldMeta) =>
  list(v)
    .map((x) => choiceOf(f, x)?.label ?? x)
    .join(t("list.comma"));

function Show({ field, rec }: ShowProps) {
  const v = str(rec[field.name]);
  if (!v) return null;
  const c = choiceOf(field, v);
  return c?.color ? <Badge color={c.color}>{c.label}</Badge> : <>{c?.label ?? v}</>;
}

function Input({ field, id, value, onChange, invalid, describedBy, inline, onLeave }: InputProps) {
  const now = list(value);
  const adding = useRef(false);
  const create = async (label: string) => {
    adding.current = true;
    const made = await newChoice(field, label);
    adding.current = false;
    if (made !== undefined) onChange(made);
    else onLeave?.();
  };
  return (
    <Combobox
      id={id}
      label={inline ? field.label : undefined}
      value={now}
      options={choiceOptions(field, now)}
      clearable={!field.required}
      invalid={invalid}
      describedBy={describedBy}
      autoOpen={inline}
      onLeave={() => !adding.current && onLeave?.()}
      onChange={([v]) => onChange(v ?? "")}
      onCreate={field.open ? (label) => void create(label) : undefined}
    />
  );
}

export const ChoiceMany = ({ field, id, value, onChange, label }: ManyProps) => (
  <Combobox
    id={id}
    label={label}
    multiple
    value={value}
    options={choiceOptions(field, value)}
    onChange={onChange}
    placeholder={t("choose")}
  />
);
export const choice: FieldKind = { Show, Input, Many: ChoiceMany, text: choiceText, width: 110, picks: true };

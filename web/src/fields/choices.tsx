import { Badge } from "../lib/ui/bits";
import { Combobox } from "../lib/ui/combobox";
import { newChoice } from "../meta/choices";
import { choiceOf } from "../meta/meta";
import { ChoiceMany, choiceOptions, choiceText } from "./choice";
import { type FieldKind, type InputProps, list, type ShowProps } from "./kind";

export function Badges({ field, rec }: ShowProps) {
  return (
    <span className="badges">
      {list(rec[field.name]).map((v) => {
        const c = choiceOf(field, v);
        return (
          <Badge key={v} color={c?.color}>
            {c?.label ?? v}
          </Badge>
        );
      })}
    </span>
  );
}

export function ChoicesInput({ field, id, value, onChange, invalid, describedBy, inline, onLeave }: InputProps) {
  const now = list(value);
  const create = async (label: string) => {
    const made = await newChoice(field, label);
    if (made !== undefined) onChange([...now, made]);
  };
  return (
    <Combobox
      id={id}
      label={inline ? field.label : undefined}
      multiple
      value={now}
      options={choiceOptions(field, now)}
      invalid={invalid}
      describedBy={describedBy}
      autoOpen={inline}
      onLeave={onLeave}
      onChange={onChange}
      onCreate={field.open ? (label) => void create(label) : undefined}
    />
  );
}
export const choices: FieldKind = { Show: Badges, Input: ChoicesInput, Many: ChoiceMany, text: choiceText, width: 170 };

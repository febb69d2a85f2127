import type { FieldMeta, Rec } from "../api/types";
import { kindOf } from "../fields";
import { Field } from "../lib/ui/bits";
import type { Values } from "./draft";

type Props = {
  fields: FieldMeta[];
  values: Values;
  errors: Record<string, string>;
  rec?: Rec;
  prefix: string;
  onChange: (name: string, value: unknown) => void;
};

/** The inputs of some fields, two to a row where there is room. */
export function FormFields({ fields, values, errors, rec, prefix, onChange }: Props) {
  return (
    <div className="form-grid">
      {fields.map((f) => {
        const { Input, wide } = kindOf(f);
        const id = `${prefix}-${f.name}`;
        const error = errors[f.name];
        return (
          <Field key={f.name} id={id} label={f.label} required={f.required} help={f.help} error={error} wide={wide}>
            <Input
              field={f}
              id={id}
              value={values[f.name]}
              rec={rec}
              values={values}
              invalid={!!error}
              describedBy={error ? `${id}-error` : f.help ? `${id}-help` : undefined}
              onChange={(v) => onChange(f.name, v)}
            />
          </Field>
        );
      })}
    </div>
  );
}

import { t } from "../lib/i18n";
import { Combobox } from "../lib/ui/combobox";
import { refsOf } from "../meta/meta";
import { type FieldKind, type InputProps, list, type ShowProps } from "./kind";
import { RefMany, RefShow, RefValue, useRefNames, useRefOptions } from "./ref";

const Show = ({ field, rec }: ShowProps) => (
  <span className="badges">
    {refsOf(rec, field.name).map((r) => (
      <RefShow key={r.id} entity={field.ref ?? ""} target={r} />
    ))}
  </span>
);

function Input({ field, id, value, onChange, rec, values, invalid, describedBy, inline, onLeave }: InputProps) {
  const { options, ...rest } = useRefOptions(field, values);
  const now = list(value);
  const before = (rec ? refsOf(rec, field.name) : []).map((r) => ({ value: r.id, label: r.name }));
  const missing = now.filter((v) => ![...options, ...before].some((o) => o.value === v));
  const names = useRefNames(field, missing);
  const extra = [...before, ...names].filter((o) => !options.some((x) => x.value === o.value));
  return (
    <Combobox
      id={id}
      label={inline ? field.label : undefined}
      multiple
      value={now}
      options={[...extra, ...options]}
      {...rest}
      invalid={invalid}
      describedBy={describedBy}
      autoOpen={inline}
      onLeave={onLeave}
      onChange={onChange}
    />
  );
}
export const refs: FieldKind = {
  Show,
  Input,
  Many: RefMany,
  Value: RefValue,
  text: (_, f, rec) =>
    rec
      ? refsOf(rec, f.name)
          .map((r) => r.name)
          .join(t("list.comma"))
      : "",
  width: 170,
};

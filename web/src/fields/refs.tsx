import { t } from "../lib/i18n";
import { Combobox } from "../lib/ui/combobox";
import { refsOf } from "../meta/meta";
import { type FieldKind, type InputProps, list, type ShowProps } from "./kind";
import { RefMany, RefShow, RefValue, useRefNames, useRefOptions } from "./ref";

const names = (field: ShowProps["field"], rec: ShowProps["rec"]) =>
  rec._text?.[field.name] ??
  refsOf(rec, field.name)
    .map((r) => r.name)
    .join(t("list.comma"));
const Show = ({ field, rec }: ShowProps) =>
  refsOf(rec, field.name).length ? <Linked field={field} rec={rec} /> : <>{names(field, rec)}</>;
const Linked = ({ field, rec }: ShowProps) => (
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
  const found = useRefNames(field, missing);
  const extra = [...before, ...found].filter((o) => !options.some((x) => x.value === o.value));
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
  text: (_, f, rec) => (rec ? names(f, rec) : ""),
  width: 170,
};

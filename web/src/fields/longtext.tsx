import { type FieldKind, type InputProps, type ShowProps, str } from "./kind";

const Show = ({ field, rec }: ShowProps) => <span className="pre">{str(rec[field.name])}</span>;

function Input({ field, id, value, onChange, invalid, describedBy, inline, onLeave, placeholder }: InputProps) {
  return (
    <textarea
      id={id}
      className={invalid ? "input bad" : "input"}
      rows={3}
      value={str(value)}
      maxLength={field.max}
      placeholder={placeholder}
      aria-label={inline ? field.label : undefined}
      aria-required={field.required || undefined}
      aria-invalid={invalid || undefined}
      aria-describedby={describedBy}
      // biome-ignore lint/a11y/noAutofocus: it replaces what was clicked
      autoFocus={inline}
      onChange={(e) => onChange(e.target.value)}
      onBlur={onLeave}
    />
  );
}
export const longtext: FieldKind = { Show, Input, text: str, width: 280, wide: true };

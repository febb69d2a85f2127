import { type FieldKind, type InputProps, type ShowProps, str } from "./kind";

type More = { type?: string; inputMode?: "tel" | "email" | "url" | "numeric" | "decimal"; className?: string };

/** The one-line input that several types share. */
export function LineInput({
  field,
  id,
  value,
  onChange,
  invalid,
  describedBy,
  inline,
  onLeave,
  placeholder,
  type = "text",
  inputMode,
  className = "",
}: InputProps & More) {
  return (
    <input
      id={id}
      type={type}
      inputMode={inputMode}
      className={`input ${className}${invalid ? " bad" : ""}`}
      value={str(value)}
      maxLength={field.max}
      autoComplete="off"
      placeholder={placeholder}
      aria-label={inline ? field.label : undefined}
      aria-required={field.required || undefined}
      aria-invalid={invalid || undefined}
      aria-describedby={describedBy}
      // biome-ignore lint/a11y/noAutofocus: it replaces what was clicked
      autoFocus={inline}
      onFocus={inline ? (e) => e.target.select() : undefined}
      onChange={(e) => onChange(e.target.value)}
      onBlur={onLeave}
    />
  );
}

const Show = ({ field, rec }: ShowProps) => <>{str(rec[field.name])}</>;
export const text: FieldKind = { Show, Input: LineInput, text: str, width: 140 };

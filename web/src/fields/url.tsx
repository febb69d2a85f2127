import { type FieldKind, type InputProps, type ShowProps, str } from "./kind";
import { LineInput } from "./text";

/** Only web addresses become links; anything else stays text. */
export const webAddress = (v: string) => (/^https?:\/\//i.test(v) ? v : /^[\w-]+(\.[\w-]+)+(\/.*)?$/.test(v) ? `https://${v}` : undefined);

function Show({ field, rec }: ShowProps) {
  const v = str(rec[field.name]);
  const href = webAddress(v);
  if (!href) return <>{v}</>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer" onClick={(e) => e.stopPropagation()}>
      {v.replace(/^https?:\/\//i, "")}
    </a>
  );
}
const Input = (p: InputProps) => <LineInput {...p} inputMode="url" />;
export const url: FieldKind = { Show, Input, text: str, width: 180 };

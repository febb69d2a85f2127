import { type FieldKind, type InputProps, type ShowProps, str } from "./kind";
import { LineInput } from "./text";

function Show({ field, rec }: ShowProps) {
  const v = str(rec[field.name]);
  if (!v || v.includes("*")) return <>{v}</>;
  return (
    <a href={`mailto:${v}`} onClick={(e) => e.stopPropagation()}>
      {v}
    </a>
  );
}
// type=text: the server says what is wrong in the page's language; the browser would say it in its own.
const Input = (p: InputProps) => <LineInput {...p} inputMode="email" />;
export const email: FieldKind = { Show, Input, text: str, width: 190 };

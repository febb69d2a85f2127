import { type FieldKind, type InputProps, type ShowProps, str } from "./kind";
import { LineInput } from "./text";

const masked = (r: ShowProps["rec"], name: string) => r._masked?.includes(name) || str(r[name]).includes("*");

function Show({ field, rec }: ShowProps) {
  const v = str(rec[field.name]);
  if (!v || masked(rec, field.name)) return <span className="num">{v}</span>;
  return (
    <a className="num" href={`tel:${v.replace(/[^\d+]/g, "")}`} onClick={(e) => e.stopPropagation()}>
      {v}
    </a>
  );
}
const Input = (p: InputProps) => <LineInput {...p} type="tel" inputMode="tel" />;
export const phone: FieldKind = { Show, Input, text: str, width: 140 };

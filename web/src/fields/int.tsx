import { useState } from "react";
import { formatNumber } from "../lib/format";
import { type FieldKind, type InputProps, type ShowProps, str } from "./kind";
import { LineInput } from "./text";

const Show = ({ field, rec }: ShowProps) => <span className="num">{formatNumber(rec[field.name] as number | null)}</span>;

function Input(p: InputProps) {
  const [typed, setTyped] = useState(str(p.value));
  const type = (v: unknown) => {
    const s = str(v).replace(/[^\d-]/g, "");
    setTyped(s);
    p.onChange(s === "" || s === "-" ? null : Number(s));
  };
  return <LineInput {...p} value={typed} onChange={type} inputMode="numeric" className="num" />;
}
export const int: FieldKind = { Show, Input, text: (v) => formatNumber(v as number | null), width: 110, numeric: true };

import { formatDay } from "../lib/format";
import { type FieldKind, type InputProps, type ShowProps, str } from "./kind";
import { LineInput } from "./text";

const Show = ({ field, rec }: ShowProps) => (
  <time className="num" dateTime={str(rec[field.name])} title={str(rec[field.name])}>
    {formatDay(str(rec[field.name]))}
  </time>
);
const Input = (p: InputProps) => <LineInput {...p} type="date" />;
export const date: FieldKind = { Show, Input, text: (v) => formatDay(str(v)), width: 110 };

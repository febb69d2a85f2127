import { type FieldKind, type InputProps, type ShowProps, str } from "./kind";
import { LineInput } from "./text";

const Show = ({ field, rec }: ShowProps) => <span className="num">{str(rec[field.name])}</span>;
const Input = (p: InputProps) => <LineInput {...p} className="num" onChange={(v) => p.onChange(str(v).toUpperCase())} />;

/** 统一社会信用代码: capitals and digits; the server checks its check digit. */
export const creditCode: FieldKind = { Show, Input, text: str, width: 180 };

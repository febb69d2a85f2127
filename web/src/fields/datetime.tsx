import { fromLocalInput, isLate, toLocalInput } from "../lib/dates";
import { formatDay, formatExact, formatInstant } from "../lib/format";
import { type FieldKind, type InputProps, type ShowProps, str } from "./kind";
import { LineInput } from "./text";

// A time that something is promised for shows in red when it has passed.
const promised = (name: string) => name.startsWith("next_") || name.startsWith("due");

function Show({ field, rec }: ShowProps) {
  const v = str(rec[field.name]);
  if (!v) return null;
  const late = promised(field.name) && isLate(v);
  return (
    <time className={late ? "num late" : "num"} dateTime={v} title={formatExact(v)}>
      {formatInstant(v)}
    </time>
  );
}
const Input = (p: InputProps) => (
  <LineInput {...p} type="datetime-local" value={toLocalInput(str(p.value))} onChange={(v) => p.onChange(fromLocalInput(str(v)))} />
);

/** In filters a bare day stands for the whole of it. */
const said = (v: unknown) => (str(v).length === 10 ? formatDay(str(v)) : formatInstant(str(v)));
export const datetime: FieldKind = { Show, Input, text: said, width: 140 };

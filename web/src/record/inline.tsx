import { type KeyboardEvent, useId, useRef, useState } from "react";
import type { FieldMeta, Rec } from "../api/types";
import { kindOf } from "../fields";

type Props = {
  field: FieldMeta;
  rec: Rec;
  /** The new value; it is not called when nothing changed. */
  onSave: (value: unknown) => void;
  /** Editing is over; by Tab it goes on to the next (1) or the one before (-1). */
  onDone: (step: -1 | 0 | 1) => void;
};

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null) || ((a ?? "") === "" && (b ?? "") === "");

/** A field's editor in the place of its value: Enter and leaving keep, Tab goes on, Escape leaves everything as it was. */
export function InlineEditor({ field, rec, onSave, onDone }: Props) {
  const [value, setValue] = useState(rec[field.name]);
  const over = useRef(false);
  const id = useId();
  const kind = kindOf(field);
  const finish = (step: -1 | 0 | 1, next: unknown = value, keep = true) => {
    if (over.current) return;
    over.current = true;
    if (keep && !same(next, rec[field.name])) onSave(next);
    onDone(step);
  };
  const keys = (e: KeyboardEvent) => {
    if (e.nativeEvent.isComposing) return;
    e.stopPropagation();
    if (e.key === "Escape") finish(0, undefined, false);
    else if (e.key === "Tab") finish(e.shiftKey ? -1 : 1);
    else if (e.key === "Enter" && (field.type !== "longtext" || e.ctrlKey || e.metaKey)) finish(0);
    else return;
    e.preventDefault();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only listens to the keys of the input inside
    <div className="inline-editor" onKeyDown={keys} onClick={(e) => e.stopPropagation()}>
      <kind.Input
        field={field}
        id={id}
        value={value}
        rec={rec}
        values={rec}
        inline
        onLeave={() => finish(0)}
        onChange={(v) => {
          setValue(v);
          if (kind.picks) finish(0, v);
        }}
      />
    </div>
  );
}

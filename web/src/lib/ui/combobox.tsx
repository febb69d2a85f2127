import { Suspense } from "react";
import { later } from "../later";

export type Option = {
  value: string;
  label: string;
  hint?: string;
  color?: string;
  /** Other words that find it: pinyin, initials, a login. */
  words?: string;
  disabled?: boolean;
};

export type ComboboxProps = {
  value: string[];
  options: Option[];
  onChange: (value: string[]) => void;
  /** The accessible name, where no label element points at id. */
  label?: string;
  id?: string;
  multiple?: boolean;
  clearable?: boolean;
  placeholder?: string;
  /** Given when the options come from the server: typing asks it, and nothing is filtered here. */
  onSearch?: (q: string) => void;
  loading?: boolean;
  /** The list is wanted: options from the server need not be asked for before. */
  onOpen?: () => void;
  /** Given when a user may add what is not there. */
  onCreate?: (text: string) => void;
  autoOpen?: boolean;
  invalid?: boolean;
  describedBy?: string;
  disabled?: boolean;
  /** Called when it is left. */
  onLeave?: () => void;
};

/** Whether an option answers to what was typed: part of its label, or of its other words. */
export function matches(o: Option, typed: string): boolean {
  const q = typed.trim().toLowerCase();
  return (
    !q ||
    o.label.toLowerCase().includes(q) ||
    (o.words ?? "")
      .toLowerCase()
      .split(/\s+/)
      .some((w) => w.startsWith(q)) ||
    (o.hint ?? "").toLowerCase().includes(q)
  );
}

const Box = later(async () => (await import("./combobox-box")).ComboboxBox);
/** Has it at hand before it is wanted. */
export const loadCombobox = () => Box.load();

/** A field that finds as one types, and chooses one or many. Its own file comes with the first of them, or when the page is at rest. */
export const Combobox = (p: ComboboxProps) => (
  <Suspense fallback={<div className="combo combo-box input" />}>
    <Box {...p} />
  </Suspense>
);

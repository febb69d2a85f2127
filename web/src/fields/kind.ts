import type { ComponentType } from "react";
import type { FieldMeta, Rec } from "../api/types";

export type ShowProps = { field: FieldMeta; rec: Rec };
export type InputProps = {
  field: FieldMeta;
  id: string;
  value: unknown;
  onChange: (value: unknown) => void;
  /** The record before the change, for the names of what it refers to. */
  rec?: Rec;
  /** The other values being entered, which may narrow what can be chosen. */
  values?: Record<string, unknown>;
  invalid?: boolean;
  describedBy?: string;
  /** Stands in a table's cell or in the place of what it edits: opens at once, and says when it is left. */
  inline?: boolean;
  onLeave?: () => void;
  placeholder?: string;
};
export type ManyProps = { field: FieldMeta; id: string; value: string[]; onChange: (value: string[]) => void; label?: string };

/** How fields of one type are shown, entered and asked for. One file each; index.ts is the map. */
export type FieldKind = {
  Show: ComponentType<ShowProps>;
  Input: ComponentType<InputProps>;
  /** Chooses several, for the filters "is one of". */
  Many?: ComponentType<ManyProps>;
  /** A value in words, for the filters' chips; plain text unless given. */
  Value?: ComponentType<{ field: FieldMeta; value: unknown }>;
  text: (value: unknown, field: FieldMeta, rec?: Rec) => string;
  width: number;
  /** Numbers stand right in tables. */
  numeric?: boolean;
  /** Needs the whole row of a form. */
  wide?: boolean;
  /** A choice is taken at once when edited in place. */
  picks?: boolean;
};

export const str = (v: unknown) => (typeof v === "string" ? v : v == null ? "" : String(v));
export const list = (v: unknown): string[] => (Array.isArray(v) ? v.map(str) : v == null || v === "" ? [] : [str(v)]);
/** Whether a field holds nothing. */
export const blank = (v: unknown) => v == null || v === "" || (Array.isArray(v) && v.length === 0);

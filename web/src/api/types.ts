// The shapes of the API, version 1. Records are defined by /meta, so the generic Rec is the centre.

export type FieldType =
  | "text"
  | "longtext"
  | "int"
  | "money"
  | "date"
  | "datetime"
  | "bool"
  | "choice"
  | "choices"
  | "ref"
  | "refs"
  | "region"
  | "industry"
  | "phone"
  | "email"
  | "url"
  | "tags"
  | "phones"
  | "birthday"
  | "country"
  | "credit_code"
  | "json";

export type Choice = { value: string; label: string; color?: string; disabled?: boolean };
export type FieldMeta = {
  name: string;
  label: string;
  type: FieldType;
  required: boolean;
  read_only: boolean;
  access: "edit" | "see" | "masked" | "hidden";
  group: string;
  help?: string;
  max?: number;
  choices?: Choice[];
  /** Whether a user may add choices while entering. */
  open: boolean;
  ref?: string;
  multiple?: boolean;
  filter: boolean;
  sort: boolean;
  /** The filter operators that make sense; those of its type when absent. */
  ops?: string[];
  import?: boolean;
  bulk: boolean;
  custom: boolean;
  private: boolean;
  width?: number;
  inline: boolean;
};
export type EntityMeta = {
  name: string;
  path: string;
  label: string;
  label_plural: string;
  /** The field that names a record. */
  title: string;
  parents: string[];
  permissions: Partial<Record<"view" | "create" | "edit" | "delete" | "assign" | "import" | "export", boolean | string>>;
  fields: FieldMeta[];
  groups: { name: string; label: string }[];
  views: View[];
  columns: string[];
  card: string[];
  /** Has no page of its own. */
  internal?: boolean;
  actions?: { name: string; label: string }[];
  children: { entity: string; via: string }[];
  sort: string;
};
export type Meta = { entities: EntityMeta[] };
/** A view as the definitions name it: its filter is still a text. */
export type BuiltinView = { name: string; label: string; filter: string; sort: string; columns?: string[] };

export type Condition = { field: string; op: string; value?: unknown };
export type Filter = { and: Filter[] } | { or: Filter[] } | { not: Filter } | Condition;
export type ViewSearch = { filter?: Filter | null; sort?: string; columns?: string[]; q?: string };
export type View = {
  id?: string;
  version?: string | number;
  name: string;
  label?: string;
  entity: string;
  scope: "builtin" | "private" | "department" | "all";
  search: ViewSearch;
  position: number;
  _can?: { edit: boolean; delete: boolean };
};

export type Ref = { id: string; name: string };
/** A record: its id and version, the fields its reader may see, and what the server says beside them. */
export type Rec = {
  id: string;
  version: string | number;
  _archived?: boolean;
  _can?: { edit: boolean; delete: boolean; assign: boolean };
  _refs?: Record<string, Ref | Ref[]>;
  _text?: Record<string, string>;
  _masked?: string[];
  [field: string]: unknown;
};
export type Page<T> = { items: T[]; next: string };

export type Scope = "none" | "self" | "subordinates" | "department" | "department_tree" | "listed" | "all";
export type Me = {
  id: string;
  login: string;
  name: string;
  mobile?: string;
  email?: string;
  department: Ref | null;
  roles: string[];
  permissions: Record<string, Record<string, boolean | Scope>>;
  language: string;
  settings: Record<string, unknown>;
};
export type Boot = { setup_needed: boolean; company: string; version: string; languages: string[]; user: Me | null };
export type Session = { id: string; current?: boolean; created_at: string; last_seen_at?: string; address?: string; agent?: string };
export type DirectoryUser = { id: string; name: string; login: string; department_id: string; active: boolean; pinyin: string };
export type Department = { id: string; name: string; parent_id: string };
export type Directory = { users: DirectoryUser[]; departments: Department[] };
export type Code = { code: string; name: string; path: string; level: number; leaf: boolean };
export type CodeSet = "gbt2260" | "gbt4754" | "countries";

export type FieldError = { field: string; key: string; message: string };
export type Problem = { status: number; title: string; detail: string; code: string; key?: string; id?: string; errors?: FieldError[] };

export type Duplicate = {
  /** Empty when it is not this user's to see. */
  id: string;
  title: string;
  owner: Ref | null;
  why: string[];
  /** Why, for people. */
  labels: string[];
  visible: boolean;
  sure?: boolean;
};
export type BulkAction = "update" | "assign" | "tag" | "untag" | "archive" | "restore";
export type BulkResult = { changed: number; failed: { id: string; title: string; message: string }[]; undo?: string };
export type Change = { field: string; label: string; old?: unknown; new?: unknown; old_text?: string; new_text?: string };
export type LogEntry = { id: string; at: string; user: Ref | null; origin: string; action: string; changes: Change[] };
/** Something that happened with a customer: a record, or an entry of the log. */
export type TimelineItem = { type: "followup" | "stage" | "log" | "file" | string; at: string; record?: Rec; log?: LogEntry };
export type Collaborator = { user_id: string; access: "read" | "edit" };
export type Hit = {
  entity: string;
  id: string;
  title: string;
  subtitle?: string;
  matched?: string;
  label?: string;
  highlight?: [number, number][];
};
export type Job = { id: string; state: string; progress?: { done: number; total: number }; error?: string };

export type ImportState = "analysed" | "checking" | "checked" | "running" | "done" | "cancelled" | "failed" | "undoing" | "undone";
/** A column of a sheet and what it means: "customer.name", "contact.mobile", "+remark", or "" to leave it out. */
export type ImportColumn = { index: number; header: string; samples: string[]; field: string; certain: boolean };
export type ImportSheet = {
  index: number;
  name: string;
  /** About how many; -1 unknown. */
  rows: number;
  hidden: boolean;
  /** Whether it takes part. */
  include: boolean;
  header_row: number;
  columns: ImportColumn[];
  note?: string;
};
export type ImportOptions = {
  /** "" decides by how surely a record is the same: by code overwrite, else skip. */
  duplicates: "" | "skip" | "fill" | "overwrite" | "create";
  match?: string[];
  owner_id?: string;
  date_order?: "" | "ymd" | "dmy" | "mdy";
  /** By target, what a text in the sheet stands for; "" leaves it out. */
  values?: Record<string, Record<string, string>>;
};
export type ImportProblem = {
  sheet: string;
  row: number;
  column: string;
  value: string;
  code: string;
  reason: string;
  severity: "refused" | "warning" | string;
};
export type ImportTarget = { field: string; label: string; entity: string; required: boolean };
export type UnknownValue = { field: string; value: string; count: number; suggestions?: string[] };
export type ImportConflict = {
  entity?: string;
  id: string;
  title: string;
  fields?: { field: string; label: string; before?: string; import?: string; now?: string }[];
};
export type Import = {
  id: string;
  entity?: string;
  file: string;
  size: number;
  state: ImportState;
  created_at?: string;
  finished_at?: string | null;
  user?: Ref | null;
  sheets: ImportSheet[];
  options: ImportOptions;
  targets?: ImportTarget[];
  progress?: { done: number; total: number; rows_per_second?: number; seconds_left?: number };
  result?: { rows?: number; created: number; updated: number; skipped: number; refused: number } | null;
  problems?: ImportProblem[];
  unknown_values?: UnknownValue[];
  undo?: { possible: boolean; conflicts?: ImportConflict[] };
  error?: string;
};

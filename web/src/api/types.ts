// The shapes of the API, version 1: from its own document where that says all (schema.gen.d.ts, by `npm run gen`), narrower
// where the page relies on more. Records are defined by /meta, so the generic Rec is the centre.
import type { components } from "./schema.gen";

type S = components["schemas"];

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

export type Choice = S["ChoiceMeta"];
export type FieldMeta = {
  name: string;
  /** The entity it is a field of. */
  entity: string;
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
  /** The program goes by its choices: they are renamed and coloured, and no more. */
  fixed?: boolean;
  /** The field whose choices it offers, as customer.source. */
  shares?: string;
  ref?: string;
  multiple?: boolean;
  filter: boolean;
  sort: boolean;
  /** The filter operators that make sense; those of its type when absent. */
  ops?: string[];
  import?: boolean;
  bulk: boolean;
  custom: boolean;
  /** No company can hide it. */
  needed: boolean;
  private: boolean;
  width?: number;
  inline: boolean;
  /** The field that tells since when a number is verified by a code, while codes can be sent. */
  verified_by?: string;
  /** The field since when whose number is verified it tells. */
  proves?: string;
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
  /** What lists are filtered by besides fields. */
  filters: FieldMeta[];
  groups: { name: string; label: string }[];
  views: View[];
  columns: string[];
  card: string[];
  /** Has no page of its own. */
  internal?: boolean;
  /** Of records that people work with day by day. */
  worked?: boolean;
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
  /** Whether this user made it. */
  mine?: boolean;
};

export type Ref = S["Named"];
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

/** A count, and by the values of a choice field. */
export type Tally = S["Count"];

export type Scope = "none" | "self" | "subordinates" | "department" | "department_tree" | "listed" | "all";
export type Me = Omit<S["Me"], "permissions" | "settings"> & {
  permissions: Record<string, Record<string, boolean | Scope>>;
  settings: Record<string, unknown>;
};
export type Boot = Omit<S["Boot"], "user"> & { user: Me | null };
/** What is missing to be signed in, and how one can sign in. */
export type Step = S["Step"];
export type Ways = S["Ways"];
export type Session = S["SessionItem"];
export type DirectoryUser = S["DirectoryUser"];
export type Department = S["DirectoryDepartment"];
export type Directory = S["Directory"];
export type Code = S["CodeItem"];
export type CodeSet = "gbt2260" | "gbt4754" | "countries";

export type FieldError = S["ProblemField"];
/** What a request failed with; a failure of the network has little of it. */
export type Problem = Pick<S["Problem"], "status" | "title" | "detail"> & Partial<Omit<S["Problem"], "code">> & { code: string };

export type Duplicate = S["Duplicate"];
export type BulkAction = S["Bulk"]["action"];
export type BulkResult = S["BulkDone"];
export type Change = S["LogChange"];
export type LogEntry = S["LogItem"];
/** Something that happened with a customer: a record, or an entry of the log. */
export type TimelineItem = { type: "followup" | "stage" | "log" | "file" | string; at: string; record?: Rec; log?: LogEntry };
/** hidden_fields are those that the company does not use, which /meta leaves out. */
export type Settings = S["Settings"];
export type NewField = S["NewField"];
export type FieldChange = S["FieldChange"];
export type NewChoice = S["NewChoice"];
export type Collaborator = S["Collaborator"];
export type Hit = S["SearchHit"] & { highlight?: [number, number][] };
export type Job = S["Job"];

export type ImportState = Import["state"];
export type ImportColumn = S["ImportColumn"];
export type ImportSheet = Omit<S["ImportSheet"], "columns"> & { columns: ImportColumn[] };
export type ImportOptions = {
  /** "" decides by how surely a record is the same: by code overwrite, else skip. */
  duplicates: "" | "skip" | "fill" | "overwrite" | "create";
  match?: string[];
  owner_id?: string;
  date_order?: "" | "ymd" | "dmy" | "mdy";
  /** By target, what a text in the sheet stands for; "" leaves it out. */
  values?: Record<string, Record<string, string>>;
};
export type ImportProblem = S["ImportProblem"];
export type ImportTarget = S["ImportTarget"];
export type UnknownValue = S["ImportUnknown"];
export type ImportConflict = S["ImportConflict"];
export type Import = Omit<S["Import"], "sheets" | "options"> & { sheets: ImportSheet[]; options: ImportOptions };

export type CompanyLogEntry = S["CompanyLogItem"];
export type Seal = S["Seal"];
export type Access = Omit<S["Access"], "record"> & { record: RecordAccess | null };
export type ActionAccess = S["ActionAccess"];
export type RecordAccess = S["RecordAccess"];
export type RoleCatalogue = S["RoleCatalogue"];
export type Holding = S["Holding"];
/** undoable_until is null when it cannot be undone. */
export type Handover = Omit<S["Handover"], "undoable_until"> & { undoable_until: string | null };
/** How far a permission reaches: not at all, granted, a scope, or the departments listed. */
export type Grant = boolean | Exclude<Scope, "none" | "listed"> | ListedGrant;
export type ListedGrant = { scope: "listed"; departments: string[]; below?: boolean };
export type Permissions = Record<string, Record<string, Grant>>;
export type FieldAccess = "edit" | "see" | "masked" | "hidden";
export type FieldRules = Record<string, Record<string, FieldAccess>>;
export type Role = {
  id: string;
  version: number;
  name: string;
  /** The stable name of a role that comes with the product; empty for others. */
  built_in: string;
  permissions: Permissions;
  fields: FieldRules;
  sees_private: boolean;
  masked: boolean;
  /** Who has the role must show a second factor. */
  second_factor: boolean;
  remark: string;
};

import { get, post, request } from "./client";
import type { Page, Rec, Ref } from "./types";

/** Something somebody must do by a time. */
export type Todo = {
  id: string;
  kind: string;
  kind_label: string;
  entity: string;
  record: string;
  path: string;
  title: string;
  subtitle: string;
  customer: Ref | null;
  phone: string;
  owner: Ref;
  started_at: string | null;
  due_at: string;
  overdue: boolean;
  group: TodoGroup;
  urgent: boolean;
  actions: TodoAction[];
  followup: { way: string; purpose: string; place: string; postponed: number } | null;
};
export type TodoGroup = "overdue" | "today" | "tomorrow" | "week" | "later";
export type TodoAction = "complete" | "postpone" | "cancel" | "open" | "done" | "nudge" | "assign";
export type TodoSearch = { scope?: "mine" | "team" | "user"; user?: string; kind?: string };
export type Todos = Page<Todo> & { counts: Record<TodoGroup, number> };

export const todoGroups: TodoGroup[] = ["overdue", "today", "tomorrow", "week", "later"];

export const todos = (s: TodoSearch, cursor?: string, limit = 50) => get<Todos>("/todo", { scope: "mine", ...s, cursor, limit });
export const doneByHand = (id: string, remark: string) => post<void>(`/todo/${id}/done`, { remark });
export const nudge = (id: string, text: string) => post<void>(`/todo/${id}/nudge`, { text });
export const snooze = (id: string, minutes: number) => post<void>(`/todo/${id}/snooze`, { minutes });

export const postpone = (id: string, to: string, reason: string) => post<Rec>(`/followups/${id}/actions/postpone`, { to, reason });
export const cancelPlan = (id: string, reason: string) => post<Rec>(`/followups/${id}/actions/cancel`, { reason });

/** When a clock tells whom: minutes before its time, at it, and minutes after it. */
export type ClockSteps = { before: number[]; at: boolean; after: { minutes: number; level: number }[] };
export type ClockSettings = ClockSteps & {
  active: boolean;
  /** How long it runs; of each variant (a stage, a severity) where its kind has them. */
  minutes: number;
  variants?: Record<string, number>;
  /** It runs in working time only. */
  working: boolean;
};
export type ClockKind = {
  kind: string;
  label: string;
  /** What it is about, in a sentence. */
  about: string;
  unit: "minute" | "hour" | "day" | "date";
  variants?: { value: string; label: string }[];
  settings: ClockSettings;
  defaults: ClockSettings;
};
export const clockKinds = async () => (await get<{ items: ClockKind[] }>("/clock-kinds")).items;
export const putClockKind = (kind: string, s: ClockSettings) => request<ClockKind>("PUT", `/clock-kinds/${kind}`, { body: s });

export type TimelinessBy = "kind" | "user" | "department";
export type TimelinessRow = {
  key: string;
  label: string;
  fell_due: number;
  in_time: number;
  late: number;
  open_overdue: number;
  cancelled: number;
  /** In time of all that fell due, 0 to 1; null when nothing did. */
  rate: number | null;
};
export type TimelinessQuery = { from: string; to: string; by: TimelinessBy; kind?: string; user?: string; department?: string };
export const timeliness = (q: TimelinessQuery) => get<{ rows: TimelinessRow[]; total: TimelinessRow | null }>("/timeliness", q);
export type Postponed = { user: Ref; plans: number; times: number; late_entries: number };
export const postponed = (q: Pick<TimelinessQuery, "from" | "to">) => get<{ items: Postponed[] }>("/timeliness/postponed", q);

export type CalendarItem = {
  id: string;
  type: "followup" | "birthday" | "clock";
  entity: string;
  record: string;
  title: string;
  start: string;
  end: string | null;
  all_day: boolean;
  state: string;
  owner: Ref | null;
  color: string;
  movable: boolean;
};
/** Days of which the law says something: a holiday, or a weekend's day on which one works. */
export type SpecialDays = Record<string, { name: string; off: boolean }>;
export type CalendarQuery = { from: string; to: string; scope: "mine" | "team" | "user"; user?: string };
export const calendar = (q: CalendarQuery) => get<{ items: CalendarItem[]; days: SpecialDays }>("/calendar", q);

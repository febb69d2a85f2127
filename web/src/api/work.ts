import { get, post, request } from "./client";
import { getRecord, patchRecord } from "./records";
import type { Page, Rec, Ref } from "./types";

/** Something somebody must do by a time; path is that of its record's entity, version the record's. */
export type Todo = {
  id: string;
  kind: string;
  kind_label: string;
  entity: string;
  record: string;
  path: string;
  version: number;
  /** The customer, and what was planned. */
  title: string;
  subtitle: string;
  customer: Ref | null;
  lead: Ref | null;
  stage: string;
  phone: string;
  phone_masked: boolean;
  owner: Ref;
  started_at: string | null;
  due_at: string;
  overdue: boolean;
  group: TodoGroup;
  actions: TodoAction[];
  followup: { way: string; way_label: string; purpose: string; place: string; minutes: number; postponed: number } | null;
};
export type TodoGroup = "overdue" | "today" | "tomorrow" | "week" | "later";
export type TodoAction =
  | "complete"
  | "postpone"
  | "cancel"
  | "record"
  | "plan"
  | "review"
  | "supplement"
  | "done"
  | "snooze"
  | "nudge"
  | "assign";
export type TodoSearch = { scope?: "mine" | "team"; user?: string; kind?: string };
export type Todos = Page<Todo> & { counts: Record<TodoGroup, number>; now: string };

export const todoGroups: TodoGroup[] = ["overdue", "today", "tomorrow", "week", "later"];

export const todos = (s: TodoSearch, cursor?: string, limit = 50) => get<Todos>("/todo", { scope: "mine", ...s, cursor, limit });
export const tick = (id: string) => post<void>(`/todo/${id}/done`, {});
export const nudge = (id: string, text: string) => post<void>(`/todo/${id}/nudge`, { text });
export const snooze = (id: string, minutes: number) => post<void>(`/todo/${id}/snooze`, { minutes });

// A plan is a follow-up like any other: it is moved, and given up, as its state says.
async function change(id: string, values: object): Promise<Rec> {
  const { version } = await getRecord("followups", id);
  return patchRecord("followups", id, version, values);
}
export const postpone = (id: string, to: string, reason: string) => change(id, { planned_at: to, postpone_reason: reason });
export const cancelPlan = (id: string, reason: string) => change(id, { state: "cancelled", cancel_reason: reason });

/** A length of time: in calendar time, or in the company's working time. */
export type Span = { n: number; unit: "minute" | "hour" | "day" | "month"; working?: boolean };
export type ClockSettings = {
  active: boolean;
  /** How long there is, by variant; under the empty name for all others. */
  lasts: Record<string, Span>;
  /** Minutes before, at which the owner is reminded. */
  before: number[];
  at: boolean;
  /** Minutes after, at which supervisors are told: 1 those of the owner's department, 2 those above. */
  after: { minutes: number; level: number }[];
  /** How often the owner may postpone it; none or 0 for as often as needed. */
  postpones?: number;
};
export type ClockKind = {
  kind: string;
  label: string;
  /** The entity whose records it is about. */
  about: string;
  /** The record names the moment; lasts is the grace after it. */
  fixed: boolean;
  /** The owner may postpone it. */
  postponable: boolean;
  /** Own ones, of choices such as grades, only count when something is set for them. */
  variants: { name: string; label: string; own: boolean }[];
  settings: ClockSettings;
  defaults: ClockSettings;
};
const whole = (s: ClockSettings): ClockSettings => ({ ...s, before: s.before ?? [], after: s.after ?? [] });
export const clockKinds = async () =>
  (await get<{ items: ClockKind[] }>("/clock-kinds")).items.map((k) => ({
    ...k,
    variants: k.variants ?? [],
    settings: whole(k.settings),
    defaults: whole(k.defaults),
  }));
export const putClockKind = (kind: string, s: ClockSettings) => request<ClockKind>("PUT", `/clock-kinds/${kind}`, { body: s });

export type TimelinessBy = "kind" | "user" | "department";
export type TimelinessRow = {
  key: string;
  label: string;
  fell_due: number;
  in_time: number;
  late: number;
  /** Still open. */
  overdue: number;
  cancelled: number;
  /** In time of all that fell due, 0 to 1; null when nothing did. */
  rate: number | null;
};
/** The first and the last day, and what to go by. */
export type TimelinessQuery = { from: string; to: string; by: TimelinessBy; kind?: string; user?: string };
export const timeliness = async (q: TimelinessQuery) => (await get<{ items: TimelinessRow[] }>("/timeliness", q)).items;

/** How somebody keeps to their plans, and how soon they write down what happened. */
export type Postponing = {
  user: Ref;
  /** Planned for the period, of these moved to later, and moved three times or more. */
  plans: number;
  postponed: number;
  again: number;
  /** Done in the period, and of these written down late. */
  records: number;
  late: number;
};
export const postponing = async (q: Pick<TimelinessQuery, "from" | "to">) =>
  (await get<{ items: Postponing[] }>("/timeliness/postponed", q)).items;

/** What somebody recorded on a day; plans are those for the next working day, log what was said of the day. */
export type WorkDay = {
  day: string;
  user: Ref;
  followups: Rec[];
  plans: Rec[];
  customers: Rec[];
  stage_changes: Rec[];
  log: Rec | null;
};
export const workDay = (day: string, user: string) => get<WorkDay>("/work-days", { day, user });

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
  /** null when there is none in sight. */
  customer: Ref | null;
  lead: Ref | null;
  color: string;
  movable: boolean;
};
/** Days of which the law says something: a holiday, or a weekend's day on which one works. */
export type SpecialDays = Record<string, { name: string; off: boolean }>;
/** The first and the last day. */
export type CalendarQuery = { from: string; to: string; scope: "mine" | "team"; user?: string };
export const calendar = (q: CalendarQuery) => get<{ items: CalendarItem[]; days: SpecialDays }>("/calendar", q);

import type { Entry } from "../api/outbox";
import type { Chosen } from "../api/records";
import type { Rec } from "../api/types";
import { Store } from "../lib/store";

/** A form that is asked for from anywhere; the page's host shows it in a drawer. */
export type FormRequest = { entity: string; rec?: Rec; values?: Record<string, unknown>; onSaved?: (rec: Rec) => void };
type Named = { id: string; name: string };
/** A planned follow-up, as far as it matters for writing down what came of it. */
export type Plan = { id: string; way?: string; purpose?: string };
/** A follow-up to be written down, with a customer or a lead: of a plan, or one that was refused and is to be mended. */
export type FollowRequest = { customer?: Named; lead?: Named; way?: string; plan?: Plan; entry?: Entry; onSaved?: () => void };
/** A follow-up to be planned: with one customer or lead, with many customers at once, or with one that is to be chosen. */
export type PlanRequest = { customer?: Named; lead?: Named; many?: { chosen: Chosen; size: number }; at?: string; onSaved?: () => void };
/** A plan that is to be moved, or given up; to is where it was dragged. */
export type MoveRequest = { id: string; title: string; at: string; to?: string; cancel?: boolean; onDone?: (done: boolean) => void };

export const formRequest = new Store<FormRequest | null>(null);
export const followRequest = new Store<FollowRequest | null>(null);
export const planRequest = new Store<PlanRequest | null>(null);
export const moveRequest = new Store<MoveRequest | null>(null);
/** Whether what was written and not sent is shown. */
export const outboxOpen = new Store(false);

export const openForm = (r: FormRequest) => formRequest.set(r);
/** 记跟进: without a customer the sheet asks for one first. */
export const openFollow = (r: FollowRequest = {}) => followRequest.set(r);
/** 安排跟进. */
export const openPlan = (r: PlanRequest = {}) => planRequest.set(r);
/** 延期 or 取消 of a plan. */
export const openMove = (r: MoveRequest) => moveRequest.set(r);

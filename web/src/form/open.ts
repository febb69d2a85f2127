import type { Rec } from "../api/types";
import { Store } from "../lib/store";

/** A form that is asked for from anywhere; the page's host shows it in a drawer. */
export type FormRequest = { entity: string; rec?: Rec; values?: Record<string, unknown>; onSaved?: (rec: Rec) => void };
export type FollowRequest = { customer?: { id: string; name: string }; way?: string; onSaved?: () => void };

export const formRequest = new Store<FormRequest | null>(null);
export const followRequest = new Store<FollowRequest | null>(null);

export const openForm = (r: FormRequest) => formRequest.set(r);
/** 记跟进: without a customer the sheet asks for one first. */
export const openFollow = (r: FollowRequest = {}) => followRequest.set(r);

import { get, post, request } from "./client";
import type { Chosen } from "./records";
import type { components } from "./schema.gen";
import type { BulkResult, Rec } from "./types";

type S = components["schemas"];
export type LeadScore = S["LeadScore"];
export type LeadCandidate = S["LeadCandidate"];
export type LeadAdvice = S["LeadAdvice"];
export type LeadRules = S["LeadRules"];
export type Talks = S["Talks"];
export type TalkTrack = S["TalkTrack"];
export type Criterion = S["Criterion"];
/** A lead that waits for its review, with all that a decision needs; due_at is null when reviews have no clock. */
export type ToReview = Omit<S["LeadToReview"], "lead" | "history" | "due_at"> & { lead: Rec; history: Rec[]; due_at: string | null };
export type LeadQueue = { items: ToReview[]; next: string; total: number; now: string };
export type Decision = Omit<S["LeadDecision"], "ids" | "filter" | "q">;
export type LeadOutcome = S["LeadMove"];

export const leadQueue = (cursor?: string, limit = 20) => get<LeadQueue>("/lead-queue", { cursor, limit });
/** How many leads wait for a review, of those one may see. */
export const leadsWaiting = async () =>
  (await get<{ count: number }>("/leads/count", { filter: JSON.stringify({ field: "state", op: "in", value: ["pending"] }) })).count;
/** The decision's undo is its token; who was refused stands under failed, with the reason. */
export const reviewLeads = (chosen: Chosen, d: Decision) => post<BulkResult>("/leads/review", { ...chosen, ...d });
/** By the company's rule, unless somebody is named. */
export const assignLeads = (chosen: Chosen, owner?: string) =>
  post<BulkResult>("/leads/assign", { ...chosen, ...(owner ? { owner_id: owner } : {}) });
export const resubmitLead = (id: string, opinion: string) => post<void>(`/leads/${id}/resubmit`, opinion ? { opinion } : {});
export const moveLead = (id: string, o: LeadOutcome) => post<S["LeadMoved"]>(`/leads/${id}/move`, o);
export const gradeLead = (id: string, grade: string) => post<void>(`/leads/${id}/grade`, { grade });
export const convertLead = (id: string, c: S["LeadConversion"]) => post<S["LeadConverted"]>(`/leads/${id}/convert`, c);
export const unconvertLead = (id: string) => post<void>(`/leads/${id}/unconvert`);
export const leadAdvice = (id: string) => get<LeadAdvice>(`/leads/${id}/advice`);
export const leadRules = () => get<LeadRules>("/lead-rules");
export const setLeadRules = (r: LeadRules) => request<LeadRules>("PUT", "/lead-rules", { body: r });
export const leadTalks = () => get<Talks>("/lead-talks");
export const setLeadTalks = (talks: Talks) => request<Talks>("PUT", "/lead-talks", { body: talks });

import { queryOptions } from "@tanstack/react-query";
import { get, post, request } from "./client";
import { queryClient } from "./query";
import type { components } from "./schema.gen";
import type { Page, Rec } from "./types";

type S = components["schemas"];
export type MyPool = S["MyPool"];
export type Recycle = S["Recycle"];
export type Condition = S["Condition"];
export type Preview = S["PoolPreview"];
export type ClashHit = S["ClashHit"];
export type ClashRequest = S["ClashRequest"];
export type Moved = S["PoolMoved"];
/** What is set up of a pool. */
type PoolValues = {
  name: string;
  holds: "customer" | "lead";
  member_ids: string[];
  department_ids: string[];
  admin_ids: string[];
  hidden: string[];
  recycle: Partial<Recycle>;
  claim_daily: number | null;
  hold_user: number | null;
  hold_department: number | null;
  hold_won: boolean;
  cool_days: number | null;
  remark: string;
};
export type Pool = PoolValues & { id: string; version: number };
/** One that is being changed, or made. */
export type PoolDraft = PoolValues & { id?: string; version?: number };

export const myPoolsQuery = queryOptions({
  queryKey: ["pools", "mine"],
  queryFn: async () => (await get<{ items: MyPool[] }>("/me/pools")).items,
});
export const poolsQuery = queryOptions({
  queryKey: ["pools", "all"],
  queryFn: async () => (await get<{ items: Pool[] }>("/pools", { limit: 200 })).items,
});
export const poolRecords = (id: string, q: string, cursor: string) =>
  get<Page<Rec>>(`/pools/${id}/records`, { q, cursor, sort: "-pool_since", limit: 50 });
export const poolFollowups = (id: string, record: string) => get<Page<Rec>>(`/pools/${id}/followups`, { record });
export const claim = (pool: string, id: string) => post<{ id: string }>(`/pools/${pool}/claim`, { id });
export const assignFrom = (pool: string, ids: string[], owner_id: string) => post<Moved>(`/pools/${pool}/assign`, { ids, owner_id });
export const putInto = (pool: string, ids: string[], reason: string) => post<Moved>(`/pools/${pool}/put`, { ids, reason });
export const savePool = ({ id, version, ...values }: PoolDraft) =>
  id ? request<Pool>("PATCH", `/pools/${id}`, { body: values, version }) : post<Pool>("/pools", values);
export const preview = (p: PoolDraft, days: number) =>
  post<Preview>("/pools/preview", {
    id: p.id,
    holds: p.holds,
    member_ids: p.member_ids,
    department_ids: p.department_ids,
    recycle: { groups: p.recycle.groups ?? [], working: !!p.recycle.working },
    days,
  });
/** What lies in pools, and whose is what, is asked for again. */
export const refreshPools = () => {
  for (const key of ["pools", "pool", "list", "count", "record", "home"]) void queryClient.invalidateQueries({ queryKey: [key] });
};

export const whoHas = (q: string) => post<S["ClashAnswer"]>("/clashes", { q });
export const askFor = (hit: string, wants: "take_over" | "collaborate", reason: string) =>
  post(`/clashes/${hit}/request`, { wants, reason });
export const requestsQuery = (mine: boolean) =>
  queryOptions({
    queryKey: ["requests", mine],
    queryFn: async () => (await get<{ items: ClashRequest[] }>("/clash-requests", { mine })).items,
  });
export const decide = (id: string, accept: boolean, reason: string) => post<void>(`/clash-requests/${id}/decide`, { accept, reason });

import { get, post, type Query, request } from "./client";
import type { BulkAction, BulkResult, Collaborator, Duplicate, Filter, LogEntry, Page, Rec, Tally, TimelineItem } from "./types";

export type ListQuery = { filter?: Filter | null; sort?: string; fields?: string[]; q?: string; archived?: boolean; limit?: number };

/** A list's parameters as the API spells them. */
export const listParams = (l: ListQuery): Query => ({
  filter: l.filter ? JSON.stringify(l.filter) : undefined,
  sort: l.sort,
  fields: l.fields?.join(","),
  q: l.q,
  archived: l.archived || undefined,
  limit: l.limit,
});

export const listRecords = (path: string, l: ListQuery, cursor?: string, signal?: AbortSignal) =>
  get<Page<Rec>>(`/${path}`, { ...listParams(l), cursor }, signal);

export const countRecords = async (path: string, { filter, q, archived }: ListQuery, signal?: AbortSignal) =>
  (await get<{ count: number }>(`/${path}/count`, listParams({ filter, q, archived }), signal)).count;

/** How many records a list has, in all and of each value of a choice field. */
export const countBy = (path: string, { filter }: ListQuery, by: string) => get<Tally>(`/${path}/count`, { ...listParams({ filter }), by });

export const getRecord = (path: string, id: string) => get<Rec>(`/${path}/${id}`);
export const createRecord = (path: string, values: object, key?: string) => post<Rec>(`/${path}`, values, { key });
export const patchRecord = (path: string, id: string, version: string | number, values: object) =>
  request<Rec>("PATCH", `/${path}/${id}`, { body: values, version });
export const archiveRecord = (path: string, id: string, version: string | number) => request<void>("DELETE", `/${path}/${id}`, { version });
export const restoreRecord = (path: string, id: string) => post<Rec>(`/${path}/${id}/restore`);

/** Records likely the same; also names values of what will hang on the record, such as "contact.mobile". */
export const findDuplicates = async (path: string, values: object, also: Record<string, string> = {}, id?: string) =>
  (await post<{ items: Duplicate[] | null }>(`/${path}/duplicates`, { values, also, id })).items ?? [];

export type Chosen = { ids: string[] } | { filter: Filter | null; q?: string };
export const bulk = (path: string, chosen: Chosen, action: BulkAction, values: object = {}) =>
  post<BulkResult>(`/${path}/bulk`, { ...chosen, action, values });
export const undo = (token: string) => post<unknown>("/undo", { token });

export const recordLog = (path: string, id: string, cursor?: string) => get<Page<LogEntry>>(`/${path}/${id}/log`, { cursor });
export const timeline = (path: string, id: string, types?: string, cursor?: string) =>
  get<Page<TimelineItem>>(`/${path}/${id}/timeline`, { types, cursor });

export const getCollaborators = async (path: string, id: string) =>
  (await get<{ items: Collaborator[] | null }>(`/${path}/${id}/collaborators`)).items ?? [];
export const putCollaborators = (path: string, id: string, items: Collaborator[]) =>
  request<unknown>("PUT", `/${path}/${id}/collaborators`, { body: { items } });

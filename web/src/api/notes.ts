import { get, post, request } from "./client";
import type { components } from "./schema.gen";

type S = components["schemas"];
/** Something the user is told, as the server says it to them now. */
export type Note = S["NoteItem"];
export type NoteList = S["NoteList"];
export type NotePreferences = S["NotePreferences"];
export type KindPreference = S["KindPreference"];
export type NoteChannel = KindPreference["channels"][number];
export type PushState = S["PushState"];
export type Robot = S["RobotItem"];
export type RobotList = S["RobotList"];
export type FailedDelivery = S["FailedDelivery"];

export const listNotes = (cursor: string, unread: boolean) => get<NoteList>("/notes", { cursor, unread: unread || undefined });
export const markRead = (ids: string[], unread = false) => post<void>("/notes/read", { ids, unread });
export const markAllRead = (until: number) => post<void>("/notes/read", { until });

export const notePreferences = () => get<NotePreferences>("/me/notifications");
export const setNotePreferences = (p: NotePreferences) =>
  request<NotePreferences>("PUT", "/me/notifications", {
    body: { kinds: p.kinds.map(({ kind, channels, muted_until }) => ({ kind, channels, muted_until })), quiet: p.quiet, digest: p.digest },
  });

export const pushState = () => get<PushState>("/me/push");
export const addPush = (s: PushSubscriptionJSON, name: string) => post<{ id: string }>("/me/push", { ...s, name });
export const removePush = (id: string) => request<void>("DELETE", `/me/push/${id}`);

export const listRobots = () => get<RobotList>("/robots");
export const saveRobot = (id: string, r: Partial<Robot>) =>
  request<Robot>(id ? "PUT" : "POST", id ? `/robots/${id}` : "/robots", { body: r });
export const removeRobot = (id: string) => request<void>("DELETE", `/robots/${id}`);
export const testRobot = (id: string) => post<void>(`/robots/${id}/test`);

export const failedDeliveries = (cursor: string) => get<S["FailedList"]>("/deliveries/failed", { cursor });
export const retryDeliveries = (id?: string) => post<S["Retried"]>("/deliveries/retry", id ? { id } : {});

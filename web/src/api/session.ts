import { queryOptions } from "@tanstack/react-query";
import { address, get, post, request } from "./client";
import { remember, setOwner } from "./kept";
import { queryClient } from "./query";
import type { Boot, Me, Session, Step } from "./types";

export const bootQuery = queryOptions({ queryKey: ["boot"], queryFn: () => get<Boot>("/boot"), staleTime: Number.POSITIVE_INFINITY });

export type Setup = { company: string; name: string; login: string; password: string; language: string; demo: boolean };
export const setup = (v: Setup) => request<Me & { job?: string }>("POST", "/setup", { body: v, bare: true });
/** Somebody who is in, or the step that is missing. */
export type Entered = Me | Step;
export const isIn = (e: Entered): e is Me => !("step" in e);
export const signIn = (login: string, password: string) => request<Entered>("POST", "/session", { body: { login, password }, bare: true });
export const signOut = () => request<void>("DELETE", "/session");

export const patchMe = (v: Partial<Pick<Me, "name" | "mobile" | "email" | "language" | "settings">>) =>
  request<Me>("PATCH", "/me", { body: v });
export const changePassword = (old: string, next: string) => request<void>("PUT", "/me/password", { body: { old, new: next } });
export const sessions = async () => (await get<{ items: Session[] | null }>("/me/sessions")).items ?? [];
export const endSession = (id: string) => request<void>("DELETE", `/me/sessions/${id}`);
export const setUserPassword = (id: string, password: string) => post<void>(`/users/${id}/password`, { password });

/** Takes a user's sign-in into the page's state, and into what is kept for when there is no network. */
export function setUser(user: Me | null) {
  const boot = queryClient.setQueryData(bootQuery.queryKey, (b: Boot | undefined) => (b ? { ...b, setup_needed: false, user } : b));
  setOwner(user?.id ?? "");
  remember(address("/boot"), boot);
}
export const currentUser = () => queryClient.getQueryData(bootQuery.queryKey)?.user ?? null;

/** Whether this user may do that with the records of a module, at least with some of them. */
export function permits(module: string, action: string): boolean {
  const p = currentUser()?.permissions[module]?.[action];
  return p === true || (typeof p === "string" && p !== "none");
}

/** Whether this user sees the work of others: of a team they lead, or of everybody. */
export function reachesOthers(): boolean {
  const scope = currentUser()?.permissions.followup?.view;
  return typeof scope === "string" && scope !== "none" && scope !== "self";
}

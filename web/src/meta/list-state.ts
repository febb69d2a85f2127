import type { EntityMeta, Filter, View, ViewSearch } from "../api/types";
import { isFilter, sameFilter } from "./filter";
import { fieldOf } from "./meta";

/** What the address of a list says. Absent means: as the view has it. */
export type ListSearch = {
  view?: string;
  q?: string;
  f?: Filter | "none";
  sort?: string;
  cols?: string;
  archived?: boolean;
  /** The record shown in the side panel. */
  open?: string;
};

/** A text of an address, where a number was one before it was read. */
export const word = (v: unknown) => (typeof v === "string" && v !== "" ? v : typeof v === "number" ? String(v) : undefined);

/** Takes from an address what a list understands and drops the rest. */
export const listSearch = (s: Record<string, unknown>): ListSearch => ({
  view: word(s.view),
  q: word(s.q),
  f: s.f === "none" ? "none" : isFilter(s.f) ? s.f : undefined,
  sort: word(s.sort),
  cols: word(s.cols),
  archived: s.archived === true || undefined,
  open: word(s.open),
});

export const viewKey = (v: View) => v.id || v.name;
export const viewLabel = (v: View) => v.label || v.name;

/** The views of an entity in their order: the built-in ones, then the saved. */
export const viewsOf = (e: EntityMeta): View[] => {
  const own = (v: View) => (v.scope === "builtin" ? 0 : 1);
  return [...(e.views ?? [])].sort((a, b) => own(a) - own(b) || (own(a) ? (a.position ?? 0) - (b.position ?? 0) : 0));
};
export const viewOf = (e: EntityMeta, s: ListSearch): View | undefined => {
  const views = viewsOf(e);
  return views.find((v) => viewKey(v) === s.view) ?? (s.view ? undefined : views[0]);
};

export type ListState = { view?: View; q: string; filter?: Filter; sort: string; columns: string[]; archived: boolean };

/** What the list shows: the view, changed by the address, with columns the user last chose for it. */
export function listState(e: EntityMeta, s: ListSearch, kept?: string[]): ListState {
  const view = viewOf(e, s);
  const from: ViewSearch = view?.search ?? {};
  const columns = s.cols?.split(",") ?? kept ?? (from.columns?.length ? from.columns : e.columns);
  return {
    view,
    q: s.q ?? from.q ?? "",
    filter: s.f === "none" ? undefined : (s.f ?? from.filter ?? undefined),
    sort: s.sort ?? (from.sort || e.sort),
    columns: withTitle(e, columns),
    archived: s.archived ?? false,
  };
}

// The name of a record always stands first; unknown and hidden fields fall out.
function withTitle(e: EntityMeta, columns: string[]): string[] {
  const known = columns.filter((c) => fieldOf(e, c) && c !== e.title);
  return fieldOf(e, e.title) ? [e.title, ...known] : known;
}

/** What has been changed against the view and could be saved into it. */
export function changed(e: EntityMeta, state: ListState): boolean {
  const from = state.view?.search ?? {};
  return (
    !sameFilter(from.filter, state.filter) ||
    (from.q ?? "") !== state.q ||
    (from.sort || e.sort) !== state.sort ||
    (from.columns?.length ? withTitle(e, from.columns) : withTitle(e, e.columns)).join() !== state.columns.join()
  );
}

export const toViewSearch = (s: ListState): ViewSearch => ({ filter: s.filter ?? null, q: s.q, sort: s.sort, columns: s.columns });

/** The sort after a click on a column's head: ascending, descending, then the list's own. With add it becomes a further key. */
export function nextSort(now: string, field: string, add: boolean, own: string): string {
  const keys = now ? now.split(",") : [];
  const was = keys.find((k) => k.replace(/^-/, "") === field);
  const rest = add ? keys.filter((k) => k !== was) : [];
  const next = was === field ? `-${field}` : was ? undefined : field;
  const out = next ? [...rest, next] : rest;
  return out.length ? out.join(",") : own;
}
/** How a column is sorted now. */
export const sortOf = (sort: string, field: string): "asc" | "desc" | undefined => {
  const keys = sort.split(",");
  return keys.includes(field) ? "asc" : keys.includes(`-${field}`) ? "desc" : undefined;
};

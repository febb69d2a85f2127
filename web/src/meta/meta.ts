import { queryOptions, useQuery } from "@tanstack/react-query";
import { get } from "../api/client";
import { queryClient } from "../api/query";
import type { BuiltinView, EntityMeta, FieldMeta, Meta, Rec, Ref, View } from "../api/types";

export const metaQuery = queryOptions({ queryKey: ["meta"], queryFn: async () => normal(await get<Meta>("/meta")), staleTime: 5 * 60_000 });

// A built-in view's filter comes as the text it is defined with.
function builtin(e: EntityMeta, v: View | BuiltinView, position: number): View {
  if ("search" in v) return v;
  const { filter, sort, columns } = v;
  return {
    name: v.name,
    label: v.label,
    entity: e.name,
    scope: "builtin",
    position,
    search: { filter: filter ? JSON.parse(filter) : undefined, sort, columns },
  };
}
/** The definitions as the page holds them. */
export const normal = (m: Meta): Meta => ({
  entities: m.entities.map((e) => ({
    ...e,
    fields: e.fields.map((f) => ({ ...f, entity: e.name })),
    views: (e.views ?? []).map((v, i) => builtin(e, v, i)),
  })),
});

/** The views that people saved; shared ones come from others. */
export const viewsQuery = queryOptions({
  queryKey: ["views"],
  queryFn: async () => (await get<{ items: View[] | null }>("/views")).items ?? [],
  staleTime: 60_000,
});

/** The definitions of all records that this user may see; undefined until they are there. */
export const useMeta = (): Meta | undefined => useQuery(metaQuery).data;
export const entityByPath = (meta: Meta | undefined, path: string) => meta?.entities.find((e) => e.path === path);
export const entityByName = (meta: Meta | undefined, name: string) => meta?.entities.find((e) => e.name === name);
/** The entity as known now, for code outside of components. */
export const knownEntity = (name: string) => entityByName(queryClient.getQueryData(metaQuery.queryKey), name);
export const fieldOf = (entity: EntityMeta, name: string): FieldMeta | undefined => entity.fields.find((f) => f.name === name);
export const useEntity = (name: string) => entityByName(useMeta(), name);

export const may = (entity: EntityMeta | undefined, what: keyof EntityMeta["permissions"]) => {
  const p = entity?.permissions[what];
  return p === true || (typeof p === "string" && p !== "none");
};
/** Whether this user may put a value into the field. */
export const writable = (f: FieldMeta) => !f.read_only && f.access === "edit";

/** The name of a record, for headings and messages. */
export const titleOf = (entity: EntityMeta, r: Rec): string => String(r[entity.title] ?? "") || r.id;
/** The record a reference field points to, with its name. */
export function refOf(r: Rec, field: string): Ref | undefined {
  const ref = r._refs?.[field];
  return Array.isArray(ref) ? ref[0] : ref;
}
export const refsOf = (r: Rec, field: string): Ref[] => {
  const ref = r._refs?.[field];
  return ref ? (Array.isArray(ref) ? ref : [ref]) : [];
};
export const choiceOf = (f: FieldMeta, value: unknown) => f.choices?.find((c) => c.value === value);

/** Where a record is read: customers have their own page, everything else the common one. */
export const recordPath = (entity: EntityMeta, id: string) => `/${entity.path}/${id}`;

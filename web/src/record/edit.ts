import { ApiError } from "../api/client";
import { queryClient } from "../api/query";
import { getRecord, patchRecord } from "../api/records";
import type { EntityMeta, Page, Rec, Ref } from "../api/types";
import { takeBack } from "../api/undo";
import { t } from "../lib/i18n";
import { toast, toastError } from "../lib/ui/toast";
import { directoryQuery } from "../meta/directory";
import { fieldOf } from "../meta/meta";

type Pages = { pages: Page<Rec>[]; pageParams: unknown[] };

/** Puts values into every copy of a record that the page holds. */
export function mergeRecord(path: string, id: string, values: Partial<Rec>) {
  const merge = (r: Rec): Rec => ({ ...r, ...values, _refs: { ...r._refs, ...values._refs }, _text: { ...r._text, ...values._text } });
  queryClient.setQueriesData<Pages>({ queryKey: ["list", path] }, (old) => {
    if (!old?.pages.some((p) => p.items.some((r) => r.id === id))) return old;
    return { ...old, pages: old.pages.map((p) => ({ ...p, items: p.items.map((r) => (r.id === id ? merge(r) : r)) })) };
  });
  queryClient.setQueryData<Rec>(["record", path, id], (r) => (r ? merge(r) : r));
}

/** Everything that lists records of this kind, or shows what happened to one, is asked for again. */
export function refresh(path: string, id?: string) {
  for (const key of ["list", "count", "children", "home"])
    void queryClient.invalidateQueries({ queryKey: key === "home" ? [key] : [key, path] });
  if (id)
    for (const key of ["record", "log", "timeline", "files", "collaborators"])
      void queryClient.invalidateQueries({ queryKey: [key, path, id] });
}

// The names of people and departments are known here, so a change shows before the server has answered.
function knownRefs(entity: EntityMeta, values: object): Record<string, Ref> {
  const directory = queryClient.getQueryData(directoryQuery.queryKey);
  const refs: Record<string, Ref> = {};
  for (const [name, id] of Object.entries(values)) {
    const to = fieldOf(entity, name)?.ref;
    const from = to === "user" ? directory?.users : to === "department" ? directory?.departments : undefined;
    const found = from?.find((x) => x.id === id);
    if (found) refs[name] = { id: found.id, name: found.name };
  }
  return refs;
}

/** The server's word on a failed change: the first field's message, with its label, before the general one. */
export function failure(entity: EntityMeta, e: unknown): Error {
  if (!(e instanceof ApiError)) return e as Error;
  const first = e.problem.errors?.[0];
  if (!first) return e;
  const label = fieldOf(entity, first.field)?.label;
  return new Error(label ? `${label}${t("colon")}${first.message}` : first.message);
}

/**
 * Changes fields of a record: shown at once, taken back when the server refuses. When somebody else has changed the
 * record meanwhile, the new state is shown and the change can be made again on top of it.
 */
export async function edit(
  entity: EntityMeta,
  rec: Rec,
  values: Record<string, unknown>,
  o: { quiet?: boolean } = {},
): Promise<Rec | undefined> {
  const { path } = entity;
  const before: Partial<Rec> = { version: rec.version, _refs: rec._refs, _text: rec._text };
  const old: Record<string, unknown> = {};
  for (const k of Object.keys(values)) old[k] = rec[k] ?? null;
  mergeRecord(path, rec.id, { ...values, _refs: knownRefs(entity, values) } as Partial<Rec>);
  try {
    const saved = await patchRecord(path, rec.id, rec.version, values);
    mergeRecord(path, rec.id, saved);
    refresh(path, rec.id);
    if (!o.quiet) toast(t("saved.field", labels(entity, values)), { undo: () => void edit(entity, saved, old, { quiet: true }) });
    return saved;
  } catch (e) {
    mergeRecord(path, rec.id, { ...before, ...old } as Partial<Rec>);
    if (e instanceof ApiError && e.status === 412) await stale(entity, rec.id, values);
    else toastError(failure(entity, e));
    return undefined;
  }
}

const labels = (entity: EntityMeta, values: object) =>
  Object.keys(values)
    .map((k) => fieldOf(entity, k)?.label ?? k)
    .join(t("list.comma"));

async function stale(entity: EntityMeta, id: string, values: Record<string, unknown>) {
  try {
    const now = await getRecord(entity.path, id);
    mergeRecord(entity.path, id, now);
    refresh(entity.path, id);
    toast(t("stale"), { bad: true, action: { label: t("stale.again"), run: () => void edit(entity, now, values) } });
  } catch (e) {
    toastError(e);
  }
}

/** Says what a bulk change did and offers the way back. */
export function toastBulk(entity: EntityMeta, said: string, token: string | undefined) {
  const again = () => {
    refresh(entity.path);
    void queryClient.invalidateQueries({ queryKey: ["record", entity.path] });
  };
  toast(said, token ? { undo: () => void takeBack(token, again) } : {});
}

import { useQueries, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { getRecord, listRecords } from "../api/records";
import type { FieldMeta, Ref } from "../api/types";
import { t } from "../lib/i18n";
import { Avatar } from "../lib/ui/bits";
import { Combobox, type Option } from "../lib/ui/combobox";
import { useDebounced } from "../lib/use-debounced";
import { useDepartmentOptions, useUserOptions } from "../meta/directory";
import { entityByName, refOf, titleOf, useMeta } from "../meta/meta";
import { type FieldKind, type InputProps, list, type ManyProps, type ShowProps, str } from "./kind";

/** A reference as a link to what it names; a person as a face and a name. */
export function RefShow({ entity, target }: { entity: string; target: Ref }) {
  const meta = entityByName(useMeta(), entity);
  if (entity === "user")
    return (
      <span className="person">
        <Avatar name={target.name} size={20} />
        <span className="one-line">{target.name}</span>
      </span>
    );
  if (!meta || entity === "department" || entity === "role") return <>{target.name}</>;
  return (
    <Link to="/$path/$id" params={{ path: meta.path, id: target.id }} onClick={(e) => e.stopPropagation()}>
      {target.name}
    </Link>
  );
}

function Show({ field, rec }: ShowProps) {
  const target = refOf(rec, field.name);
  return target ? <RefShow entity={field.ref ?? ""} target={target} /> : null;
}

// A contact's superior is sought among the contacts of the same customer: a parent that both have narrows the search.
function narrowed(parents: string[], own: FieldMeta, values?: Record<string, unknown>) {
  const via = parents.find((p) => p !== own.name && values?.[p]);
  return via ? { field: via, op: "in", value: [values?.[via]] } : undefined;
}

/** What may be chosen for a reference: the directory's users and departments, else what the server finds. */
export function useRefOptions(field: FieldMeta, values?: Record<string, unknown>) {
  const meta = useMeta();
  const entity = entityByName(meta, field.ref ?? "");
  const users = useUserOptions();
  const departments = useDepartmentOptions();
  const [typed, setTyped] = useState("");
  const [wanted, setWanted] = useState(false);
  const q = useDebounced(typed.trim(), 150);
  const asked = wanted && !!entity && field.ref !== "user" && field.ref !== "department";
  const filter = entity && narrowed(entity.parents, field, values);
  const found = useQuery({
    queryKey: ["find", entity?.path, q, filter],
    queryFn: ({ signal }) =>
      listRecords(entity?.path ?? "", { q: q || undefined, filter, fields: [entity?.title ?? "name"], limit: 20 }, undefined, signal),
    enabled: asked,
    placeholderData: (before) => before,
  });
  if (field.ref === "user") return { options: users };
  if (field.ref === "department") return { options: departments };
  const options: Option[] = entity ? (found.data?.items ?? []).map((r) => ({ value: r.id, label: titleOf(entity, r) })) : [];
  return { options, onSearch: setTyped, onOpen: () => setWanted(true), loading: found.isFetching };
}

/** The names of references known by id alone, such as those in a filter. */
export function useRefNames(field: FieldMeta, ids: string[]): Option[] {
  const entity = entityByName(useMeta(), field.ref ?? "");
  const users = useUserOptions(true);
  const departments = useDepartmentOptions();
  const local = field.ref === "user" ? users : field.ref === "department" ? departments : undefined;
  const asked = local || !entity ? [] : ids;
  const found = useQueries({
    queries: asked.map((id) => ({ queryKey: ["record", entity?.path, id], queryFn: () => getRecord(entity?.path ?? "", id) })),
  });
  if (local) return [{ value: "me", label: t("me") }, ...local].filter((o) => ids.includes(o.value));
  return found.flatMap(({ data }) => (data && entity ? [{ value: data.id, label: titleOf(entity, data) }] : []));
}

function Input({ field, id, value, onChange, rec, values, invalid, describedBy, inline, onLeave }: InputProps) {
  const { options, ...rest } = useRefOptions(field, values);
  const now = list(value);
  const was = rec && refOf(rec, field.name);
  const unknown = now.filter((v) => !options.some((o) => o.value === v) && v !== was?.id);
  const names = useRefNames(field, unknown);
  const present = [...names, ...(was ? [{ value: was.id, label: was.name }] : [])].filter(
    (o) => now.includes(o.value) && !options.some((x) => x.value === o.value),
  );
  return (
    <Combobox
      id={id}
      label={inline ? field.label : undefined}
      value={now}
      options={[...present, ...options.filter((o) => o.value !== rec?.id)]}
      {...rest}
      clearable={!field.required}
      invalid={invalid}
      describedBy={describedBy}
      autoOpen={inline}
      onLeave={onLeave}
      placeholder={t("search.hint")}
      onChange={([v]) => onChange(v ?? "")}
    />
  );
}

export function RefMany({ field, id, value, onChange, label }: ManyProps) {
  const { options, ...rest } = useRefOptions(field);
  const me: Option[] = field.ref === "user" ? [{ value: "me", label: t("me"), words: "me wo" }] : [];
  const names = useRefNames(field, value);
  const extra = names.filter((n) => n.value !== "me" && !options.some((o) => o.value === n.value));
  return (
    <Combobox
      id={id}
      label={label}
      multiple
      value={value}
      options={[...me, ...extra, ...options]}
      {...rest}
      onChange={onChange}
      placeholder={t("choose")}
    />
  );
}

export const RefValue = ({ field, value }: { field: FieldMeta; value: unknown }) => {
  const ids = list(value);
  const names = useRefNames(field, ids);
  return <>{ids.map((i) => names.find((n) => n.value === i)?.label ?? "…").join(t("list.comma"))}</>;
};
export const ref: FieldKind = {
  Show,
  Input,
  Many: RefMany,
  Value: RefValue,
  text: (v, f, rec) => (rec && refOf(rec, f.name)?.name) || str(v),
  width: 120,
  picks: true,
};

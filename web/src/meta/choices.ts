import { queryClient } from "../api/query";
import { addChoice } from "../api/settings";
import type { FieldMeta, Meta } from "../api/types";
import { toastError } from "../lib/ui/toast";
import { metaQuery } from "./meta";

/** Adds a choice to a field that is open to new ones, and gives its value; undefined when that was refused. */
export async function newChoice(field: FieldMeta, label: string): Promise<string | undefined> {
  try {
    const made = await addChoice(field.entity, field.name, label);
    const add = (f: FieldMeta): FieldMeta =>
      f.name !== field.name || f.choices?.some((c) => c.value === made.value) ? f : { ...f, choices: [...(f.choices ?? []), made] };
    queryClient.setQueryData(
      metaQuery.queryKey,
      (m: Meta | undefined) =>
        m && { entities: m.entities.map((e) => (e.name === field.entity ? { ...e, fields: e.fields.map(add) } : e)) },
    );
    return made.value;
  } catch (e) {
    toastError(e);
    return undefined;
  }
}

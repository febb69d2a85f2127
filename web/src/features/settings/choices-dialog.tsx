import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { metaIn, putChoices } from "../../api/settings";
import type { Choice, EntityMeta, FieldMeta, Meta } from "../../api/types";
import { t } from "../../lib/i18n";
import { Failed, Ghosts } from "../../lib/ui/bits";
import { FormDialog } from "../../lib/ui/form-dialog";
import { toast } from "../../lib/ui/toast";
import { ChoiceRows, type Draft, toChoices } from "./choice-rows";

type Props = {
  entity: EntityMeta;
  field: FieldMeta;
  /** What else offers them. */
  sharing?: string;
  onClose: () => void;
  onSaved: () => void;
};

const choicesIn = (m: Meta, entity: string, field: string): Choice[] =>
  m.entities.find((e) => e.name === entity)?.fields.find((f) => f.name === field)?.choices ?? [];

/** The choices of a field with their names in both languages, as the definitions have them now. */
async function bothNames(entity: string, field: string): Promise<Draft[]> {
  const [zh, en] = (await Promise.all([metaIn("zh"), metaIn("en")])).map((m) => choicesIn(m, entity, field));
  return (zh ?? []).map((c) => {
    const english = en?.find((x) => x.value === c.value)?.label ?? "";
    return { key: c.value, value: c.value, zh: c.label, en: english === c.label ? "" : english, color: c.color ?? "", off: !!c.disabled };
  });
}

/** Names, colours and order of a field's choices; what records hold is only put out of use, never deleted. */
export function ChoicesDialog({ entity, field, sharing, onClose, onSaved }: Props) {
  const key = ["choices", entity.name, field.name, field.choices];
  const { data, error, refetch } = useQuery({ queryKey: key, queryFn: () => bothNames(entity.name, field.name), gcTime: 0 });
  const [changed, setChanged] = useState<Draft[]>();
  const list = changed ?? data;
  const save = async () => {
    await putChoices(entity.name, field.name, toChoices(list ?? []));
    onSaved();
    toast(t("saved.done"));
  };
  return (
    <FormDialog title={t("choices.of", field.label)} kind="drawer" ready={!!changed} onSubmit={save} onClose={onClose}>
      {(errors) => (
        <>
          {error ? (
            <Failed error={error} retry={() => void refetch()} />
          ) : list ? (
            <ChoiceRows list={list} fixed={field.fixed} onChange={setChanged} />
          ) : (
            <Ghosts n={5} />
          )}
          {errors.choices && <p className="field-error">{errors.choices}</p>}
          <p className="muted small">{t(field.fixed ? "choices.fixed" : "choices.note")}</p>
          {sharing && <p className="muted small">{t("choices.shared", sharing)}</p>}
        </>
      )}
    </FormDialog>
  );
}

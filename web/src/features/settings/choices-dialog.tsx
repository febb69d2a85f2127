import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { metaIn, putChoices } from "../../api/settings";
import type { Choice, EntityMeta, FieldMeta, Meta, NewChoice } from "../../api/types";
import { t } from "../../lib/i18n";
import { Failed, Ghosts, Spinner } from "../../lib/ui/bits";
import { Dialog } from "../../lib/ui/dialog";
import { toast, toastError } from "../../lib/ui/toast";
import { ChoiceRows, type Draft } from "./choice-rows";

type Props = { entity: EntityMeta; field: FieldMeta; onClose: () => void; onSaved: () => void };

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
export function ChoicesDialog({ entity, field, onClose, onSaved }: Props) {
  const key = ["choices", entity.name, field.name, field.choices];
  const { data, error, refetch } = useQuery({ queryKey: key, queryFn: () => bothNames(entity.name, field.name), gcTime: 0 });
  const [changed, setChanged] = useState<Draft[]>();
  const [busy, setBusy] = useState(false);
  const list = changed ?? data;
  const save = async (e: FormEvent) => {
    e.preventDefault();
    if (!list) return;
    setBusy(true);
    try {
      await putChoices(entity.name, field.name, toChoices(list));
      onSaved();
      toast(t("saved.done"));
      onClose();
    } catch (x) {
      toastError(x);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("choices.of", field.label)}
      kind="drawer"
      onClose={onClose}
      footer={
        <>
          <button type="button" className="btn" onClick={onClose}>
            {t("cancel")}
          </button>
          <button type="submit" form="choices-form" className="btn primary" disabled={!changed || busy}>
            {busy && <Spinner />}
            {t("save")}
          </button>
        </>
      }
    >
      <form id="choices-form" className="stack" onSubmit={save}>
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : list ? (
          <ChoiceRows list={list} onChange={setChanged} fixed={!field.custom} />
        ) : (
          <Ghosts n={5} />
        )}
        <p className="muted small">{t("choices.note")}</p>
      </form>
    </Dialog>
  );
}

/** What was entered as the API takes it; rows without a name are left out. */
export const toChoices = (list: Draft[]): NewChoice[] =>
  list
    .filter((c) => c.zh.trim() || c.en.trim())
    .map((c) => ({
      value: c.value || undefined,
      label_zh: c.zh.trim() || c.en.trim(),
      label_en: c.en.trim(),
      color: c.color,
      disabled: c.off,
    }));

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queryClient } from "../../api/query";
import { archiveField, putUse, settingsQuery } from "../../api/settings";
import type { EntityMeta, FieldMeta } from "../../api/types";
import { t } from "../../lib/i18n";
import { usePhone } from "../../lib/screen";
import { Badge, Chips, Failed, Ghosts } from "../../lib/ui/bits";
import { ask } from "../../lib/ui/dialog";
import { IconPencil, IconPlus, IconTrash } from "../../lib/ui/icons";
import { toast, toastError } from "../../lib/ui/toast";
import { metaQuery } from "../../meta/meta";
import { ChoicesDialog } from "./choices-dialog";
import { arranged, grouped, hasChoices, isOff, mayHide, mayRequire, withHidden } from "./field-list";
import { NewFieldDialog } from "./new-field";
import { SettingsFrame } from "./settings-frame";
import { Switch } from "./switch";

const reload = () =>
  Promise.all([
    queryClient.invalidateQueries({ queryKey: metaQuery.queryKey }),
    queryClient.invalidateQueries({ queryKey: settingsQuery.queryKey }),
  ]);
const typeSaid = (f: FieldMeta) => t(`type.${f.type}`);

/** 字段与选项: which fields the company uses, which must be filled in, what they offer, and fields of its own. */
export default function FieldsPage() {
  const { data, error, refetch } = useQuery(metaQuery);
  const hidden = useQuery(settingsQuery).data?.hidden_fields;
  const [at, setAt] = useState("customer");
  const entities = data ? arranged(data).map((e) => withHidden(e, hidden)) : [];
  const entity = entities.find((e) => e.name === at) ?? entities[0];
  return (
    <SettingsFrame wide>
      {error && !data ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !entity ? (
        <Ghosts n={8} />
      ) : (
        <Fields key={entity.name} entity={entity} entities={entities} onEntity={setAt} />
      )}
    </SettingsFrame>
  );
}

type FieldsProps = { entity: EntityMeta; entities: EntityMeta[]; onEntity: (name: string) => void };

function Fields({ entity, entities, onEntity }: FieldsProps) {
  const [adding, setAdding] = useState(false);
  const [choosing, setChoosing] = useState<string>();
  const open = entity.fields.find((f) => f.name === choosing);
  return (
    <>
      <div className="row wrap fields-head">
        <Chips
          label={t("fields.of")}
          hideLabel
          value={entity.name}
          options={entities.map((e) => ({ value: e.name, label: e.label }))}
          onChange={onEntity}
        />
        <span className="grow" />
        <button type="button" className="btn primary" onClick={() => setAdding(true)}>
          <IconPlus size={17} aria-hidden />
          {t("fields.add")}
        </button>
      </div>
      <p className="muted small">{t("fields.note")}</p>
      {grouped(entity).map((g) => (
        <section key={g.name} className="box fields" aria-label={g.label || t("facts.system")}>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{g.label || t("facts.system")}</th>
                <th scope="col" className="field-type">
                  {t("fields.type")}
                </th>
                <th scope="col" className="field-flag">
                  {t("required")}
                </th>
                <th scope="col" className="field-flag">
                  {t("fields.used")}
                </th>
                <th scope="col" className="field-acts">
                  <span className="sr">{t("more")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {g.fields.map((f) => (
                <FieldRow key={f.name} entity={entity} field={f} onChoices={() => setChoosing(f.name)} />
              ))}
            </tbody>
          </table>
        </section>
      ))}
      {adding && <NewFieldDialog entity={entity} onClose={() => setAdding(false)} onSaved={reload} />}
      {open && <ChoicesDialog entity={entity} field={open} onClose={() => setChoosing(undefined)} onSaved={reload} />}
    </>
  );
}

async function use(f: FieldMeta, change: Partial<{ required: boolean; hidden: boolean }>) {
  const next = { required: f.required, hidden: false, ...change };
  try {
    await putUse(f.entity, f.name, next);
    await reload();
    if (next.hidden) toast(t("fields.hidden", f.label), { action: { label: t("undo"), run: () => void use(f, {}) } });
  } catch (e) {
    toastError(e);
  }
}

function FieldRow({ entity, field, onChoices }: { entity: EntityMeta; field: FieldMeta; onChoices: () => void }) {
  const phone = usePhone();
  const off = isOff(field);
  const remove = async () => {
    if (!(await ask({ title: t("fields.removeAsk", field.label), text: t("fields.removeText"), yes: t("delete"), danger: true }))) return;
    try {
      await archiveField(entity.name, field.name);
      await reload();
    } catch (e) {
      toastError(e);
    }
  };
  const count = field.choices?.filter((c) => !c.disabled).length ?? 0;
  return (
    <tr className={off ? "off" : undefined}>
      <th scope="row">
        <span className="row wrap field-name">
          {field.label}
          {field.custom && <Badge color="blue">{t("fields.own")}</Badge>}
        </span>
        <span className="muted small field-type-below">{typeSaid(field)}</span>
      </th>
      <td className="field-type muted">{typeSaid(field)}</td>
      <td className="field-flag">
        <Switch
          label={`${field.label} ${t("required")}`}
          on={field.required}
          disabled={off || !mayRequire(entity, field)}
          onChange={(required) => void use(field, { required })}
        />
      </td>
      <td className="field-flag">
        <Switch
          label={`${field.label} ${t("fields.used")}`}
          on={!off}
          disabled={!off && !mayHide(entity, field)}
          onChange={(on) => void use(field, { hidden: !on })}
        />
      </td>
      <td className="field-acts">
        {hasChoices(field.type) && !off && (
          <button type="button" className="btn small" onClick={onChoices}>
            {phone ? <IconPencil size={16} aria-hidden /> : t("choices.count", count)}
            <span className="sr">{t("choices.of", field.label)}</span>
          </button>
        )}
        {field.custom && (
          <button type="button" className="icon-btn" aria-label={t("remove", field.label)} onClick={() => void remove()}>
            <IconTrash size={17} aria-hidden />
          </button>
        )}
      </td>
    </tr>
  );
}

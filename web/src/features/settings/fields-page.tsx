import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queryClient } from "../../api/query";
import { permits } from "../../api/session";
import { orderFields, putUse, settingsQuery } from "../../api/settings";
import type { EntityMeta, FieldMeta, Meta } from "../../api/types";
import { t } from "../../lib/i18n";
import { usePhone } from "../../lib/screen";
import { Badge, Chips, Failed, Ghosts } from "../../lib/ui/bits";
import { IconArrowDown, IconArrowUp, IconDots, IconList, IconPencil, IconPlus } from "../../lib/ui/icons";
import { MenuItem, Popover } from "../../lib/ui/popover";
import { toast, toastError } from "../../lib/ui/toast";
import { metaQuery } from "../../meta/meta";
import { ChoicesDialog } from "./choices-dialog";
import { EditFieldDialog, NewFieldDialog } from "./field-dialog";
import { arranged, grouped, hasChoices, keptAt, mayRequire, moved, sharing, unusedOf } from "./field-list";
import { SettingsFrame } from "./settings-frame";
import { Switch } from "./switch";

const reload = () =>
  Promise.all([
    queryClient.invalidateQueries({ queryKey: metaQuery.queryKey }),
    queryClient.invalidateQueries({ queryKey: settingsQuery.queryKey }),
  ]);
const typeSaid = (f: FieldMeta) => t(`type.${f.type}`);

/** Who keeps the choices need not be who decides which fields there are. */
const mayDefine = () => permits("setting", "edit");

/** Does it, and shows what then holds. */
async function act(what: () => Promise<unknown>) {
  try {
    await what();
    await reload();
    return true;
  } catch (e) {
    toastError(e);
    return false;
  }
}

/** 字段与选项: which fields the company uses, which must be filled in, what they offer, and fields of its own. */
export default function FieldsPage() {
  const { data, error, refetch } = useQuery(metaQuery);
  const hidden = useQuery({ ...settingsQuery, enabled: mayDefine() }).data?.hidden_fields;
  const [at, setAt] = useState("customer");
  const entities = data ? arranged(data) : [];
  const entity = entities.find((e) => e.name === at) ?? entities[0];
  return (
    <SettingsFrame>
      {error && !data ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !data || !entity ? (
        <Ghosts n={8} />
      ) : (
        <Fields key={entity.name} meta={data} entity={entity} unused={unusedOf(entity, hidden)} onEntity={setAt} />
      )}
    </SettingsFrame>
  );
}

type FieldsProps = { meta: Meta; entity: EntityMeta; unused: FieldMeta[]; onEntity: (name: string) => void };
type Open = { what: "new" } | { what: "choices" | "edit"; name: string };

function Fields({ meta, entity, unused, onEntity }: FieldsProps) {
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const field = open && open.what !== "new" ? entity.fields.find((f) => f.name === open.name) : undefined;
  return (
    <>
      <div className="row wrap fields-head">
        <Chips
          label={t("fields.of")}
          hideLabel
          value={entity.name}
          options={arranged(meta).map((e) => ({ value: e.name, label: e.label }))}
          onChange={onEntity}
        />
        <span className="grow" />
        {mayDefine() && (
          <button type="button" className="btn primary" onClick={() => setOpen({ what: "new" })}>
            <IconPlus size={17} aria-hidden />
            {t("fields.add")}
          </button>
        )}
      </div>
      <p className="muted small">{mayDefine() ? t("fields.note") : t("fields.noteChoices")}</p>
      {grouped(entity).map((g) => (
        <section key={g.name} className="box fields" aria-label={g.label || t("facts.system")}>
          <FieldTable title={g.label || t("facts.system")}>
            {g.fields.map((f) => (
              <FieldRow key={f.name} entity={entity} field={f} onOpen={(what) => setOpen({ what, name: f.name })} />
            ))}
          </FieldTable>
        </section>
      ))}
      {unused.length > 0 && (
        <details className="box fields">
          <summary>{t("fields.unused", unused.length)}</summary>
          <FieldTable title={t("fields.unusedNote")}>
            {unused.map((f) => (
              <FieldRow key={f.name} entity={entity} field={f} off />
            ))}
          </FieldTable>
        </details>
      )}
      {open?.what === "new" && <NewFieldDialog entity={entity} unused={unused} onUse={takeBack} onClose={close} onSaved={reload} />}
      {open?.what === "choices" && field && <Choices meta={meta} entity={entity} field={field} onClose={close} onSaved={reload} />}
      {open?.what === "edit" && field && <EditFieldDialog entity={entity} field={field} onClose={close} onSaved={reload} />}
    </>
  );
}

type ChoicesProps = { meta: Meta; entity: EntityMeta; field: FieldMeta; onClose: () => void; onSaved: () => void };

/** The choices of a field, where they are kept, with what else offers them. */
function Choices({ meta, onClose, onSaved, ...p }: ChoicesProps) {
  const { entity, field } = keptAt(meta, p.entity, p.field);
  const others = sharing(meta, entity, field).join(t("list.comma"));
  return <ChoicesDialog entity={entity} field={field} sharing={others} onClose={onClose} onSaved={onSaved} />;
}

const FieldTable = ({ title, children }: { title: string; children: React.ReactNode }) => (
  <table className="plain">
    <thead>
      <tr>
        <th scope="col">{title}</th>
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
    <tbody>{children}</tbody>
  </table>
);

const takeBack = (f: FieldMeta) => act(() => putUse(f.entity, f.name, { required: f.required, hidden: false }));
const hide = async (f: FieldMeta) => {
  if (await act(() => putUse(f.entity, f.name, { required: f.required, hidden: true })))
    toast(t("fields.hidden", f.label), { undo: () => void takeBack(f) });
};

type RowProps = { entity: EntityMeta; field: FieldMeta; off?: boolean; onOpen?: (what: "choices" | "edit") => void };

function FieldRow({ entity, field, off, onOpen }: RowProps) {
  const phone = usePhone();
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
          disabled={off || !mayDefine() || !mayRequire(entity, field)}
          onChange={(required) => act(() => putUse(field.entity, field.name, { required, hidden: false }))}
        />
      </td>
      <td className="field-flag">
        <Switch
          label={`${field.label} ${t("fields.used")}`}
          on={!off}
          disabled={field.needed || !mayDefine()}
          onChange={(on) => (on ? takeBack(field) : hide(field))}
        />
      </td>
      <td className="field-acts">
        {hasChoices(field.type) && onOpen && permits("dictionary", "edit") && !(phone && field.custom && mayDefine()) && (
          <button type="button" className={phone ? "icon-btn" : "btn small"} onClick={() => onOpen("choices")}>
            {phone ? <IconList size={18} aria-hidden /> : t("choices.count", count)}
            <span className="sr">{t("choices.of", field.label)}</span>
          </button>
        )}
        {field.custom && onOpen && mayDefine() && <OwnMenu entity={entity} field={field} onOpen={onOpen} />}
      </td>
    </tr>
  );
}

/** What can be done with a field of the company's own. */
function OwnMenu({ entity, field, onOpen }: Required<Omit<RowProps, "off">>) {
  const move = (names: string[] | undefined) => names && (() => void act(() => orderFields(entity.name, names)));
  const up = move(moved(entity, field, -1));
  const down = move(moved(entity, field, 1));
  return (
    <Popover menu name={t("more.of", field.label)} className="icon-btn" side="end" label={<IconDots size={18} aria-hidden />}>
      {() => (
        <>
          <MenuItem icon={<IconPencil size={16} />} onClick={() => onOpen("edit")}>
            {t("edit")}
          </MenuItem>
          {hasChoices(field.type) && permits("dictionary", "edit") && (
            <MenuItem icon={<IconList size={16} />} onClick={() => onOpen("choices")}>
              {t("options")}
            </MenuItem>
          )}
          {up && (
            <MenuItem icon={<IconArrowUp size={16} />} onClick={up}>
              {t("columns.up", field.label)}
            </MenuItem>
          )}
          {down && (
            <MenuItem icon={<IconArrowDown size={16} />} onClick={down}>
              {t("columns.down", field.label)}
            </MenuItem>
          )}
        </>
      )}
    </Popover>
  );
}

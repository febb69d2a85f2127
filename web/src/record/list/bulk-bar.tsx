import { type ReactNode, useState } from "react";
import { assignLeads } from "../../api/leads";
import { bulk, type Chosen } from "../../api/records";
import type { BulkAction, BulkResult, EntityMeta, FieldMeta } from "../../api/types";
import { kindOf } from "../../fields";
import { openPlan } from "../../form/open";
import { t } from "../../lib/i18n";
import { Combobox } from "../../lib/ui/combobox";
import { ask } from "../../lib/ui/dialog";
import {
  IconArchive,
  IconArchiveOff,
  IconCalendarPlus,
  IconDownload,
  IconPencil,
  IconRipple,
  IconSparkles,
  IconTag,
  IconUserShare,
  IconX,
} from "../../lib/ui/icons";
import { Popover } from "../../lib/ui/popover";
import { toast, toastError } from "../../lib/ui/toast";
import { fieldOf, may, useEntity, writable } from "../../meta/meta";
import { PickPerson } from "../../meta/pick-person";
import { failure, refresh, toastBulk } from "../edit";
import { openPut } from "../open";

/** Acts of one kind of record: run asks the server, says what was done, and offers the way back. */
export type BulkActs = (p: { chosen: Chosen; busy: boolean; run: (ask: () => Promise<BulkResult>) => Promise<void> }) => ReactNode;

type Props = {
  entity: EntityMeta;
  chosen: Chosen;
  size: number;
  /** How many records match the list's filter, where not all of them are chosen yet. */
  total?: number;
  archived: boolean;
  onAll: () => void;
  onClear: () => void;
  onExport: () => void;
  acts?: BulkActs;
};

/** What can be done with the chosen records; every act can be undone from its toast. */
export function BulkBar({ entity, chosen, size, total, archived, onAll, onClear, onExport, acts }: Props) {
  const [busy, setBusy] = useState(false);
  const act = (action: BulkAction, values: object = {}) => run(() => bulk(entity.path, chosen, action, values));
  const run = async (ask: () => Promise<BulkResult>) => {
    setBusy(true);
    try {
      const r = await ask();
      refresh(entity.path);
      toastBulk(entity, t("bulk.done", r.changed), r.undo);
      const first = r.failed?.[0];
      if (first) toast(t("bulk.failed", r.failed.length, `${first.title}${t("colon")}${first.message}`), { bad: true });
      onClear();
    } catch (e) {
      toastError(failure(entity, e));
    }
    setBusy(false);
  };
  const followup = useEntity("followup");
  const owner = fieldOf(entity, "owner_id");
  const tags = entity.fields.find((f) => f.type === "tags" && writable(f));
  const fields = entity.fields.filter((f) => f.bulk && writable(f) && f.name !== "owner_id" && f.type !== "tags");
  const archive = async () => {
    if (size > 1 && !(await ask({ title: t("bulk.archiveAsk", size), text: t("bulk.archiveText"), yes: t("archive") }))) return;
    await act("archive");
  };
  return (
    <div className="bulk" role="toolbar" aria-label={t("bulk.selected", size)}>
      <b className="num">{t("bulk.selected", size)}</b>
      {total !== undefined && total > size && "ids" in chosen && (
        <button type="button" className="link" onClick={onAll}>
          {t("bulk.all", total)}
        </button>
      )}
      <i className="bulk-line" />
      {!archived && acts?.({ chosen, busy, run })}
      {owner && may(entity, "assign") && (
        <Popover
          className="btn quiet"
          disabled={busy}
          label={
            <>
              <IconUserShare size={17} aria-hidden />
              {t("assign")}
            </>
          }
          popName={t("assign")}
          popClass="bulk-pop"
        >
          {(close) => (
            <>
              {entity.name === "lead" && (
                <button
                  type="button"
                  className="btn by-rule"
                  onClick={() => {
                    close();
                    void run(() => assignLeads(chosen));
                  }}
                >
                  <IconSparkles size={17} aria-hidden />
                  {t("assign.byRule")}
                </button>
              )}
              <PickPerson
                label={t("assign")}
                onPick={({ id }) => {
                  close();
                  void act("assign", { owner_id: id });
                }}
              />
            </>
          )}
        </Popover>
      )}
      {fields.length > 0 && may(entity, "edit") && (
        <Popover
          className="btn quiet"
          disabled={busy}
          label={
            <>
              <IconPencil size={17} aria-hidden />
              {t("bulk.set")}
            </>
          }
          popName={t("bulk.set")}
          popClass="bulk-pop"
        >
          {(close) => (
            <SetField
              fields={fields}
              onSet={(values) => {
                close();
                void act("update", values);
              }}
            />
          )}
        </Popover>
      )}
      {tags && may(entity, "edit") && (
        <Popover
          className="btn quiet"
          disabled={busy}
          label={
            <>
              <IconTag size={17} aria-hidden />
              {t("tag")}
            </>
          }
          popName={t("tag")}
          popClass="bulk-pop"
        >
          {(close) => (
            <Tagging
              field={tags}
              onDone={(action, names) => {
                close();
                void act(action, { [tags.name]: names });
              }}
            />
          )}
        </Popover>
      )}
      {entity.name === "customer" && may(followup, "create") && !archived && (
        <button type="button" className="btn quiet" onClick={() => openPlan({ many: { chosen, size }, onSaved: onClear })}>
          <IconCalendarPlus size={17} aria-hidden />
          {t("nav.plan")}
        </button>
      )}
      {(entity.name === "customer" || entity.name === "lead") && may(entity, "assign") && !archived && "ids" in chosen && (
        <button type="button" className="btn quiet" onClick={() => openPut({ entity: entity.name, ids: chosen.ids, onDone: onClear })}>
          <IconRipple size={17} aria-hidden />
          {t("pools.putInto")}
        </button>
      )}
      {may(entity, "export") && (
        <button type="button" className="btn quiet" onClick={onExport}>
          <IconDownload size={17} aria-hidden />
          {t("export")}
        </button>
      )}
      {may(entity, "delete") && (
        <button type="button" className="btn quiet" disabled={busy} onClick={() => (archived ? void act("restore") : void archive())}>
          {archived ? <IconArchiveOff size={17} aria-hidden /> : <IconArchive size={17} aria-hidden />}
          {archived ? t("restore") : t("archive")}
        </button>
      )}
      <button type="button" className="icon-btn" aria-label={t("bulk.clear")} title={t("bulk.clear")} onClick={onClear}>
        <IconX size={18} aria-hidden />
      </button>
    </div>
  );
}

function SetField({ fields, onSet }: { fields: FieldMeta[]; onSet: (values: object) => void }) {
  const [name, setName] = useState("");
  const [value, setValue] = useState<unknown>();
  const field = fields.find((f) => f.name === name);
  const Input = field && kindOf(field).Input;
  return (
    <div className="stack">
      <Combobox
        label={t("filter.field")}
        value={name ? [name] : []}
        options={fields.map((f) => ({ value: f.name, label: f.label }))}
        placeholder={t("bulk.field")}
        onChange={([v]) => {
          setName(v ?? "");
          setValue(undefined);
        }}
      />
      {field && Input && (
        <>
          <Input key={name} field={field} id="bulk-value" value={value} onChange={setValue} />
          <button type="button" className="btn primary" disabled={value === undefined} onClick={() => onSet({ [name]: value })}>
            {t("apply")}
          </button>
        </>
      )}
    </div>
  );
}

function Tagging({ field, onDone }: { field: FieldMeta; onDone: (action: "tag" | "untag", names: string[]) => void }) {
  const [names, setNames] = useState<string[]>([]);
  const { Input } = kindOf(field);
  return (
    <div className="stack">
      <Input field={field} id="bulk-tags" value={names} onChange={(v) => setNames(v as string[])} inline />
      <div className="row">
        <button type="button" className="btn primary grow" disabled={!names.length} onClick={() => onDone("tag", names)}>
          {t("tag.add")}
        </button>
        <button type="button" className="btn grow" disabled={!names.length} onClick={() => onDone("untag", names)}>
          {t("tag.remove")}
        </button>
      </div>
    </div>
  );
}

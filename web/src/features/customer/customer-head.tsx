import { useState } from "react";
import type { EntityMeta, Rec } from "../../api/types";
import { blank, kindOf, Show, str } from "../../fields";
import { openFollow, openForm, openPlan } from "../../form/open";
import { t } from "../../lib/i18n";
import { Avatar } from "../../lib/ui/bits";
import { Combobox } from "../../lib/ui/combobox";
import { Dialog } from "../../lib/ui/dialog";
import {
  IconCalendarPlus,
  IconDots,
  IconMessageCircle,
  IconPencil,
  IconPhone,
  IconTag,
  IconUserShare,
  IconUsersGroup,
} from "../../lib/ui/icons";
import { MenuItem, Popover } from "../../lib/ui/popover";
import { useDirectory, useUserOptions } from "../../meta/directory";
import { fieldOf, refOf, titleOf, writable } from "../../meta/meta";
import { ArchiveItem } from "../../record/detail/archive-item";
import { edit } from "../../record/edit";
import { RecordMenu } from "../../record/record-menu";
import { CollaboratorsDialog, useCollaborators } from "./collaborators";
import { StageMenu } from "./stage-menu";

type Props = { entity: EntityMeta; rec: Rec; phone?: string; composer?: boolean; onGone: () => void };

/** Who it is, how it stands, whose it is, and what can be done. */
export function CustomerHead({ entity, rec, phone, composer, onGone }: Props) {
  const [dialog, setDialog] = useState<"assign" | "collab" | "tags">();
  const { users } = useDirectory();
  const collaborators = useCollaborators(entity, rec.id).data ?? [];
  const name = titleOf(entity, rec);
  const owner = refOf(rec, "owner_id");
  const grade = fieldOf(entity, "grade");
  const tags = entity.fields.find((f) => f.type === "tags");
  const can = rec._can?.edit !== false && !rec._archived;
  const code = str(rec.code);
  const others = collaborators.map((c) => users.find((u) => u.id === c.user_id)?.name).filter((n): n is string => !!n);
  return (
    <header className="c-head">
      <div className="row wrap c-title-row">
        <h1>{name}</h1>
        <StageMenu entity={entity} rec={rec} />
        {grade && !blank(rec.grade) && (
          <span className="row" title={grade.label}>
            <Show field={grade} rec={rec} />
          </span>
        )}
        {rec._archived && <span className="badge c-gray">{t("archived.is")}</span>}
      </div>
      <div className="row wrap c-sub small">
        {code && <span className="muted num">{code}</span>}
        {owner && (
          <span className="row">
            <Avatar name={owner.name} size={20} />
            {owner.name}
          </span>
        )}
        {others.length > 0 && (
          <button type="button" className="link" onClick={() => setDialog("collab")}>
            {t("collab.count", others.length)}
          </button>
        )}
        {tags && <Show field={tags} rec={rec} />}
        {tags && can && writable(tags) && (
          <button type="button" className="tag-add" onClick={() => setDialog("tags")}>
            <IconTag size={14} aria-hidden />
            {t("tag")}
          </button>
        )}
      </div>
      <div className="row wrap c-acts no-print">
        {!composer && can && (
          <button type="button" className="btn primary" onClick={() => openFollow({ customer: { id: rec.id, name } })}>
            <IconMessageCircle size={17} aria-hidden />
            {t("follow")}
          </button>
        )}
        {phone && (
          <a
            className="btn"
            href={`tel:${phone.replace(/[^\d+]/g, "")}`}
            onClick={() => setTimeout(() => openFollow({ customer: { id: rec.id, name }, way: "call" }), 800)}
          >
            <IconPhone size={17} aria-hidden />
            {t("call")}
          </a>
        )}
        {can && (
          <button type="button" className="btn" onClick={() => openForm({ entity: entity.name, rec })}>
            <IconPencil size={16} aria-hidden />
            {t("edit")}
          </button>
        )}
        <Popover menu name={t("more")} className="btn icon-only" side="end" label={<IconDots size={18} aria-hidden />}>
          {() => (
            <>
              {rec._can?.assign !== false && !rec._archived && (
                <MenuItem icon={<IconUserShare size={17} />} onClick={() => setDialog("assign")}>
                  {t("assign")}
                </MenuItem>
              )}
              {can && (
                <MenuItem icon={<IconCalendarPlus size={17} />} onClick={() => openPlan({ customer: { id: rec.id, name } })}>
                  {t("nav.plan")}
                </MenuItem>
              )}
              {can && (
                <MenuItem icon={<IconUsersGroup size={17} />} onClick={() => setDialog("collab")}>
                  {t("collab")}
                </MenuItem>
              )}
              <RecordMenu entity={entity} rec={rec} />
              <ArchiveItem entity={entity} rec={rec} onGone={onGone} />
            </>
          )}
        </Popover>
      </div>
      {dialog === "assign" && <AssignDialog entity={entity} rec={rec} onClose={() => setDialog(undefined)} />}
      {dialog === "collab" && <CollaboratorsDialog entity={entity} rec={rec} now={collaborators} onClose={() => setDialog(undefined)} />}
      {dialog === "tags" && tags && <TagsDialog entity={entity} rec={rec} name={tags.name} onClose={() => setDialog(undefined)} />}
    </header>
  );
}

function AssignDialog({ entity, rec, onClose }: { entity: EntityMeta; rec: Rec; onClose: () => void }) {
  const [to, setTo] = useState("");
  const options = useUserOptions().filter((o) => o.value !== rec.owner_id);
  return (
    <Dialog
      title={t("assign.title", titleOf(entity, rec))}
      onClose={onClose}
      footer={
        <>
          <button type="button" className="btn" onClick={onClose}>
            {t("cancel")}
          </button>
          <button
            type="button"
            className="btn primary"
            disabled={!to}
            onClick={() => {
              onClose();
              void edit(entity, rec, { owner_id: to });
            }}
          >
            {t("ok")}
          </button>
        </>
      }
    >
      <Combobox
        label={t("assign.to")}
        value={to ? [to] : []}
        options={options}
        placeholder={t("assign.to")}
        onChange={([v]) => setTo(v ?? "")}
        autoOpen
      />
    </Dialog>
  );
}

function TagsDialog({ entity, rec, name, onClose }: { entity: EntityMeta; rec: Rec; name: string; onClose: () => void }) {
  const [value, setValue] = useState<unknown>(rec[name]);
  const field = fieldOf(entity, name);
  if (!field) return null;
  const { Input } = kindOf(field);
  return (
    <Dialog
      title={field.label}
      onClose={onClose}
      footer={
        <button
          type="button"
          className="btn primary"
          onClick={() => {
            onClose();
            void edit(entity, rec, { [name]: value });
          }}
        >
          {t("save")}
        </button>
      }
    >
      <Input field={field} id="tags-edit" value={value} onChange={setValue} inline />
    </Dialog>
  );
}

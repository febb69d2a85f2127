import { useQuery } from "@tanstack/react-query";
import { getCollaborators } from "../api/records";
import { currentUser } from "../api/session";
import type { EntityMeta, Rec } from "../api/types";
import { Show } from "../fields";
import { t } from "../lib/i18n";
import { Avatar } from "../lib/ui/bits";
import { IconTag, IconUsersGroup } from "../lib/ui/icons";
import { MenuItem } from "../lib/ui/popover";
import { refOf, writable } from "../meta/meta";
import { openWhose } from "./open";

type Props = { entity: EntityMeta; rec: Rec };

export const useCollaborators = ({ path }: EntityMeta, id: string) =>
  useQuery({ queryKey: ["collaborators", path, id], queryFn: () => getCollaborators(path, id) });

/** Who may choose the collaborators of a record, as the server has it: its owner, and whoever may assign it. */
export const mayShare = (rec: Rec) =>
  !rec._archived && (rec._can?.assign !== false || (rec._can.edit && rec.owner_id === currentUser()?.id));

export const tagsOf = (entity: EntityMeta) => entity.fields.find((f) => f.type === "tags");

/** Whose a record is, who works with it beside them, and its tags: each a way to change it, for those who may. */
export function Whose({ entity, rec }: Props) {
  const others = (useCollaborators(entity, rec.id).data ?? []).map((c) => c.name).filter((n) => !!n);
  const owner = refOf(rec, "owner_id");
  const tags = tagsOf(entity);
  const can = rec._can?.edit !== false && !rec._archived;
  return (
    <>
      {owner && (
        <span className="row">
          <Avatar name={owner.name} size={20} />
          {owner.name}
        </span>
      )}
      {others.length > 0 && (
        <button
          type="button"
          className="link"
          title={others.join(t("list.comma"))}
          onClick={() => openWhose({ what: "collab", entity, rec })}
        >
          {t("collab.count", others.length)}
        </button>
      )}
      {tags && <Show field={tags} rec={rec} />}
      {tags && can && writable(tags) && (
        <button type="button" className="tag-add" onClick={() => openWhose({ what: "tags", entity, rec })}>
          <IconTag size={14} aria-hidden />
          {t("tag")}
        </button>
      )}
    </>
  );
}

/** The way to the collaborators from the menu of a record. */
export const CollaboratorsItem = ({ entity, rec }: Props) =>
  mayShare(rec) && (
    <MenuItem icon={<IconUsersGroup size={17} />} onClick={() => openWhose({ what: "collab", entity, rec })}>
      {t("collab")}
    </MenuItem>
  );

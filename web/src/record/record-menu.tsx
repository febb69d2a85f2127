import { download } from "../api/client";
import { personalData } from "../api/personal";
import { permits } from "../api/session";
import type { EntityMeta, Rec } from "../api/types";
import { t } from "../lib/i18n";
import { IconDownload, IconEraser, IconEye, IconRipple } from "../lib/ui/icons";
import { MenuItem } from "../lib/ui/popover";
import { toastError } from "../lib/ui/toast";
import { fieldOf, may, titleOf } from "../meta/meta";
import { openAccess, openErase, openPut } from "./open";
import { CollaboratorsItem, mayShare } from "./whose";

type Props = { entity: EntityMeta; rec: Rec; onErased?: () => void };

const maySeeAccess = () => permits("user", "view") && permits("role", "view");
/** Whether a record names a person; of a lead that became a customer the contact does. */
const person = ({ entity, rec }: Props) => entity.name === "contact" || (entity.name === "lead" && !rec.contact_id);
const mayTakeOut = (p: Props) => person(p) && may(p.entity, "export") && !p.rec._masked?.length;
const mayErase = (p: Props) => person(p) && may(p.entity, "delete") && p.rec._can?.delete !== false;
const mayPut = ({ entity, rec }: Props) =>
  (entity.name === "customer" || entity.name === "lead") &&
  !rec._archived &&
  !!rec.owner_id &&
  (rec._can?.edit === true || rec._can?.assign === true);
const shared = ({ entity, rec }: Props) => !!fieldOf(entity, "owner_id") && mayShare(rec);
/** Whether RecordMenu has anything to offer. */
export const hasRecordMenu = (p: Props) => shared(p) || maySeeAccess() || mayPut(p) || mayTakeOut(p) || mayErase(p);

/** What can be done about who works with a record, about its visibility and about a person's data, for those who may. */
export function RecordMenu(p: Props) {
  const { entity, rec } = p;
  const name = titleOf(entity, rec);
  return (
    <>
      {shared(p) && <CollaboratorsItem {...p} />}
      {maySeeAccess() && (
        <MenuItem icon={<IconEye size={16} />} onClick={() => openAccess({ record: { entity: entity.name, id: rec.id, name } })}>
          {t("who.sees")}
        </MenuItem>
      )}
      {mayPut(p) && (
        <MenuItem icon={<IconRipple size={16} />} onClick={() => openPut({ entity: entity.name, ids: [rec.id], onDone: p.onErased })}>
          {t("pools.putInto")}
        </MenuItem>
      )}
      {mayTakeOut(p) && (
        <MenuItem icon={<IconDownload size={16} />} onClick={() => void download(personalData(entity, rec)).catch(toastError)}>
          {t("personal.get")}
        </MenuItem>
      )}
      {mayErase(p) && (
        <MenuItem icon={<IconEraser size={16} />} danger onClick={() => openErase({ entity, rec, onDone: p.onErased })}>
          {t("personal.erase")}
        </MenuItem>
      )}
    </>
  );
}

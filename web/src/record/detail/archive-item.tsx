import type { EntityMeta, Rec } from "../../api/types";
import { t } from "../../lib/i18n";
import { IconArchive, IconArchiveOff } from "../../lib/ui/icons";
import { MenuItem } from "../../lib/ui/popover";
import { archive, restore } from "./archive";

type Props = { entity: EntityMeta; rec: Rec; onGone: () => void };

/** What puts a record away, or brings it back, for those who may. */
export function ArchiveItem({ entity, rec, onGone }: Props) {
  if (rec._can?.delete === false) return null;
  if (rec._archived)
    return (
      <MenuItem icon={<IconArchiveOff size={17} />} onClick={() => void restore(entity, rec)}>
        {t("restore")}
      </MenuItem>
    );
  return (
    <MenuItem icon={<IconArchive size={17} />} danger onClick={() => void archive(entity, rec).then((ok) => ok && onGone())}>
      {t("archive")}
    </MenuItem>
  );
}

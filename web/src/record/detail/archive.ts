import { archiveRecord, restoreRecord } from "../../api/records";
import type { EntityMeta, Rec } from "../../api/types";
import { t } from "../../lib/i18n";
import { toast, toastError } from "../../lib/ui/toast";
import { titleOf } from "../../meta/meta";
import { mergeRecord, refresh } from "../edit";

/** Archives a record; the toast's undo restores it. */
export async function archive(entity: EntityMeta, rec: Rec): Promise<boolean> {
  try {
    await archiveRecord(entity.path, rec.id, rec.version);
    refresh(entity.path, rec.id);
    toast(t("archived", titleOf(entity, rec)), { undo: () => void restore(entity, rec) });
    return true;
  } catch (e) {
    toastError(e);
    return false;
  }
}

export async function restore(entity: EntityMeta, rec: Rec) {
  try {
    mergeRecord(entity.path, rec.id, await restoreRecord(entity.path, rec.id));
    refresh(entity.path, rec.id);
    toast(t("restored", titleOf(entity, rec)));
  } catch (e) {
    toastError(e);
  }
}

import { t } from "../lib/i18n";
import { toast, toastError } from "../lib/ui/toast";
import { undo } from "./records";

/** Takes an operation back by its token, asks again for what it changed, and says so. */
export async function takeBack(token: string, again: () => void) {
  try {
    await undo(token);
    again();
    toast(t("undone"));
  } catch (e) {
    toastError(e);
  }
}

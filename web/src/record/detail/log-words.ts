import { t } from "../../lib/i18n";

const actions = ["create", "update", "archive", "restore", "assign", "share", "merge", "import", "undo", "send_code", "verify"] as const;
/** What was done, as the log says it. */
export const actionSaid = (a: string) => ((actions as readonly string[]).includes(a) ? t(`log.${a as "create"}`) : a);

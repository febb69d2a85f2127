import type { AdminMessages } from "../lib/i18n";

export const adminEn: AdminMessages = {
  "log.seal": "Log seal",
};

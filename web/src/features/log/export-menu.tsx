import { useState } from "react";
import { download } from "../../api/client";
import type { LogFilter } from "../../api/log";
import { t } from "../../lib/i18n";
import { Spinner } from "../../lib/ui/bits";
import { IconDownload } from "../../lib/ui/icons";
import { MenuItem, Popover } from "../../lib/ui/popover";
import { toastError } from "../../lib/ui/toast";

/** The log as a file, as it is narrowed on the screen. */
export function ExportMenu({ filter }: { filter: LogFilter }) {
  const [busy, setBusy] = useState(false);
  const get = async (format: "xlsx" | "csv") => {
    setBusy(true);
    try {
      await download("/log/export", { ...filter, format });
    } catch (e) {
      toastError(e);
    }
    setBusy(false);
  };
  return (
    <Popover
      menu
      side="end"
      disabled={busy}
      name={t("logs.export")}
      label={
        <>
          {busy ? <Spinner /> : <IconDownload size={17} aria-hidden />}
          <span className="logs-export-word">{t("export")}</span>
        </>
      }
    >
      {() => (
        <>
          <MenuItem onClick={() => void get("xlsx")}>Excel (.xlsx)</MenuItem>
          <MenuItem onClick={() => void get("csv")}>CSV</MenuItem>
        </>
      )}
    </Popover>
  );
}

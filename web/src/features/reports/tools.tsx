import { useState } from "react";
import { download, type Query } from "../../api/client";
import { t } from "../../lib/i18n";
import { Spinner } from "../../lib/ui/bits";
import { IconFileSpreadsheet, IconPrinter } from "../../lib/ui/icons";
import { toastError } from "../../lib/ui/toast";

/** Taking a report along: on paper, or as a workbook. */
export function Tools({ path, query }: { path: string; query?: Query }) {
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    await download(path, query).catch(toastError);
    setBusy(false);
  };
  return (
    <>
      <button type="button" className="btn" disabled={busy} onClick={() => void save()}>
        {busy ? <Spinner /> : <IconFileSpreadsheet size={17} aria-hidden />}
        {t("reports.export")}
      </button>
      <button type="button" className="btn" onClick={() => print()}>
        <IconPrinter size={17} aria-hidden />
        {t("print")}
      </button>
    </>
  );
}

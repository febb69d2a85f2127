import { useState } from "react";
import { address } from "../../api/client";
import { countRecords, listParams } from "../../api/records";
import type { EntityMeta, Filter } from "../../api/types";
import { t } from "../../lib/i18n";
import { Chips } from "../../lib/ui/bits";
import { FormDialog } from "../../lib/ui/form-dialog";

export type ExportScope = { filter?: Filter; q?: string; sort?: string; archived?: boolean; columns: string[]; said: string };

/** Chooses format and columns and lets the browser fetch the file. */
export function ExportDialog({ entity, scope, onClose }: { entity: EntityMeta; scope: ExportScope; onClose: () => void }) {
  const [format, setFormat] = useState<"xlsx" | "csv">("xlsx");
  const [which, setWhich] = useState<"shown" | "all">("shown");
  const fetchFile = async () => {
    // The browser fetches the file by itself and would save a refusal as one: the same question is asked here first.
    await countRecords(entity.path, scope);
    const fields = which === "shown" ? scope.columns : entity.fields.map((f) => f.name);
    const { filter, q, sort, archived } = scope;
    const a = document.createElement("a");
    a.href = address(`/${entity.path}/export`, { format, ...listParams({ filter, q, sort, archived, fields }) });
    a.download = "";
    a.click();
  };
  return (
    <FormDialog title={t("export.title", scope.said)} yes={t("export")} onClose={onClose} onSubmit={fetchFile}>
      {() => (
        <>
          <Chips
            label={t("export.format")}
            value={format}
            options={[
              { value: "xlsx", label: "Excel (.xlsx)" },
              { value: "csv", label: "CSV" },
            ]}
            onChange={setFormat}
          />
          <Chips
            label={t("columns")}
            value={which}
            options={[
              { value: "shown", label: t("export.shown", scope.columns.length) },
              { value: "all", label: t("export.all", entity.fields.length) },
            ]}
            onChange={setWhich}
          />
          <p className="muted small">{t("export.note")}</p>
        </>
      )}
    </FormDialog>
  );
}

import { useState } from "react";
import { download } from "../../api/client";
import { listParams } from "../../api/records";
import type { EntityMeta, Filter } from "../../api/types";
import { t } from "../../lib/i18n";
import { Chips } from "../../lib/ui/bits";
import { FormDialog } from "../../lib/ui/form-dialog";

export type ExportScope = { filter?: Filter; q?: string; sort?: string; archived?: boolean; columns: string[]; said: string };

/** Chooses format and columns and gets the file. */
export function ExportDialog({ entity, scope, onClose }: { entity: EntityMeta; scope: ExportScope; onClose: () => void }) {
  const [format, setFormat] = useState<"xlsx" | "csv">("xlsx");
  const [which, setWhich] = useState<"shown" | "all">("shown");
  const fetchFile = async () => {
    const fields = which === "shown" ? scope.columns : entity.fields.map((f) => f.name);
    const { filter, q, sort, archived } = scope;
    await download(`/${entity.path}/export`, { format, ...listParams({ filter, q, sort, archived, fields }) });
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

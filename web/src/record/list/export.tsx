import { type FormEvent, useState } from "react";
import { address } from "../../api/client";
import { countRecords, listParams } from "../../api/records";
import type { EntityMeta, Filter } from "../../api/types";
import { t } from "../../lib/i18n";
import { Chips } from "../../lib/ui/bits";
import { Dialog } from "../../lib/ui/dialog";
import { toastError } from "../../lib/ui/toast";

export type ExportScope = { filter?: Filter; q?: string; sort?: string; archived?: boolean; columns: string[]; said: string };

/** Chooses format and columns and lets the browser fetch the file. */
export function ExportDialog({ entity, scope, onClose }: { entity: EntityMeta; scope: ExportScope; onClose: () => void }) {
  const [format, setFormat] = useState<"xlsx" | "csv">("xlsx");
  const [which, setWhich] = useState<"shown" | "all">("shown");
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    try {
      // The browser fetches the file by itself and would save a refusal as one: the same question is asked here first.
      await countRecords(entity.path, scope);
    } catch (x) {
      return toastError(x);
    }
    const fields = which === "shown" ? scope.columns : entity.fields.map((f) => f.name);
    const { filter, q, sort, archived } = scope;
    const a = document.createElement("a");
    a.href = address(`/${entity.path}/export`, { format, ...listParams({ filter, q, sort, archived, fields }) });
    a.download = "";
    a.click();
    onClose();
  };
  return (
    <Dialog
      title={t("export.title", scope.said)}
      onClose={onClose}
      footer={
        <>
          <button type="button" className="btn" onClick={onClose}>
            {t("cancel")}
          </button>
          <button type="submit" form="export-form" className="btn primary">
            {t("export")}
          </button>
        </>
      }
    >
      <form id="export-form" className="stack" onSubmit={submit}>
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
      </form>
    </Dialog>
  );
}

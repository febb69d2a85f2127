import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { importFile } from "../api/imports";
import { t } from "../lib/i18n";
import { FileDrop } from "../lib/ui/file-drop";
import { toastError } from "../lib/ui/toast";
import { may, useEntity } from "../meta/meta";

/** What stands in an empty customer list: bring the workbook, or type the first one. */
export default function FirstCustomers({ onNew }: { onNew: () => void }) {
  const navigate = useNavigate();
  const entity = useEntity("customer");
  const [part, setPart] = useState<number>();
  const send = async ([file]: File[]) => {
    if (!file) return;
    setPart(0);
    try {
      const made = await importFile("customer", file, setPart);
      void navigate({ to: "/import/$id", params: { id: made.id } });
    } catch (e) {
      toastError(e);
      setPart(undefined);
    }
  };
  return (
    <div className="first">
      {may(entity, "import") && (
        <FileDrop
          accept=".xlsx,.xls,.csv,.tsv,.vcf"
          onFiles={(f) => void send(f)}
          progress={part}
          title={t("drop.title")}
          phoneTitle={t("drop.phone")}
          text={t("drop.text")}
          button={t("drop.choose")}
        />
      )}
      {may(entity, "create") && (
        <p className="first-or">
          {t("or")}
          <button type="button" className="btn" onClick={onNew}>
            {t("new.of", entity?.label ?? "")}
          </button>
        </p>
      )}
    </div>
  );
}

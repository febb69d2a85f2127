import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { importFile, importText, listImports, templateAddress } from "../../api/imports";
import { queryClient } from "../../api/query";
import type { Import } from "../../api/types";
import { formatAgo, formatExact } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Badge, Chips, Failed, Ghosts } from "../../lib/ui/bits";
import { Dialog } from "../../lib/ui/dialog";
import { FileDrop } from "../../lib/ui/file-drop";
import { IconClipboardText, IconFileSpreadsheet } from "../../lib/ui/icons";
import { toastError } from "../../lib/ui/toast";
import { entityByName, may, useMeta } from "../../meta/meta";
import "./import.css";

export const stateColor: Record<string, string> = {
  done: "green",
  failed: "red",
  cancelled: "gray",
  undone: "gray",
  running: "blue",
  checking: "blue",
  undoing: "blue",
};

const route = getRouteApi("/import");

/** The way in from Excel: drop, choose or paste; and what came in before. */
export default function ImportsPage() {
  const navigate = useNavigate();
  const { into = "customer" } = route.useSearch();
  const meta = useMeta();
  // What one may bring from a workbook: customers, and leads.
  const offered = ["customer", "lead"].flatMap((name) => {
    const e = entityByName(meta, name);
    return e && may(e, "import") ? [e] : [];
  });
  const entity = offered.find((e) => e.name === into) ?? offered[0];
  const of = entity?.name ?? "customer";
  const [part, setPart] = useState<number>();
  const [pasting, setPasting] = useState(false);
  const begin = async (make: () => Promise<Import>) => {
    setPart(0);
    try {
      const made = await make();
      queryClient.setQueryData(["import", made.id], made);
      void navigate({ to: "/import/$id", params: { id: made.id } });
    } catch (e) {
      toastError(e);
      setPart(undefined);
    }
  };
  return (
    <div className="page page-pad narrow import">
      <header className="head">
        <h1 className="grow">{t("import.title", entity?.label_plural ?? "")}</h1>
        <a className="btn" href={templateAddress(entity?.path ?? "customers")} download>
          <IconFileSpreadsheet size={17} aria-hidden />
          {t("import.template")}
        </a>
      </header>
      {offered.length > 1 && (
        <div className="import-of">
          <Chips
            label={t("import.what")}
            hideLabel
            value={of}
            options={offered.map((e) => ({ value: e.name, label: e.label }))}
            onChange={(v) => void navigate({ to: "/import", search: v === "lead" ? { into: v } : {}, replace: true })}
          />
        </div>
      )}
      <FileDrop
        accept=".xlsx,.xls,.csv,.tsv,.txt,.vcf"
        onFiles={([f]) => f && void begin(() => importFile(of, f, setPart))}
        progress={part}
        title={t("drop.title")}
        phoneTitle={t("drop.phone")}
        text={t("drop.text")}
        button={t("drop.choose")}
      />
      <p className="import-or muted">
        {t("or")}
        <button type="button" className="btn" onClick={() => setPasting(true)}>
          <IconClipboardText size={17} aria-hidden />
          {t("import.paste")}
        </button>
      </p>
      <PastImports label={entity?.label_plural ?? ""} />
      {pasting && <Paste onClose={() => setPasting(false)} onText={(text) => void begin(() => importText(of, text))} />}
    </div>
  );
}

function Paste({ onText, onClose }: { onText: (text: string) => void; onClose: () => void }) {
  const [text, setText] = useState("");
  return (
    <Dialog
      title={t("import.paste")}
      wide
      onClose={onClose}
      footer={
        <>
          <button type="button" className="btn" onClick={onClose}>
            {t("cancel")}
          </button>
          <button
            type="button"
            className="btn primary"
            disabled={!text.trim()}
            onClick={() => {
              onClose();
              onText(text);
            }}
          >
            {t("next")}
          </button>
        </>
      }
    >
      <textarea
        className="input paste"
        rows={12}
        placeholder={t("import.pasteHint")}
        aria-label={t("import.paste")}
        value={text}
        onChange={(e) => setText(e.target.value)}
      />
    </Dialog>
  );
}

function PastImports({ label }: { label: string }) {
  const { data, error, refetch } = useQuery({ queryKey: ["imports"], queryFn: listImports });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Ghosts n={3} />;
  if (!data.length) return null;
  return (
    <section className="box" aria-labelledby="past">
      <div className="box-head">
        <h2 id="past">{t("import.past")}</h2>
      </div>
      <ul className="past">
        {data.map((i) => (
          <li key={i.id}>
            <Link to="/import/$id" params={{ id: i.id }} className="past-name one-line">
              {i.file || t("import.pasted", label)}
            </Link>
            <Badge color={stateColor[i.state] ?? "orange"}>{t(`import.${i.state}`)}</Badge>
            <span className="muted small past-result">
              {i.result && i.state === "done" ? t("import.short", i.result.created, i.result.updated, i.result.refused) : ""}
            </span>
            <span className="muted small" title={formatExact(i.created_at)}>
              {i.user?.name} {i.created_at && formatAgo(i.created_at)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

import { useState } from "react";
import { currentUser } from "../../api/session";
import { t } from "../../lib/i18n";
import { CopyButton } from "../../lib/ui/copy-button";
import { IconDownload } from "../../lib/ui/icons";
import "./security.css";

/** Codes that are shown this once: to be copied or kept as a file, which must be said before it goes on. */
export function RecoveryCodes({ codes, onKept }: { codes: string[]; onKept: () => void }) {
  const [kept, setKept] = useState(false);
  const text = [`${t("app")} ${t("recovery")} ${currentUser()?.login ?? ""}`.trim(), "", ...codes, ""].join("\r\n");
  const asFile = () => {
    const a = document.createElement("a");
    a.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    a.download = `${t("recovery")}.txt`;
    a.click();
    setTimeout(() => URL.revokeObjectURL(a.href), 60_000);
  };
  return (
    <div className="stack">
      <p>{t("recovery.once")}</p>
      <ul className="recovery" aria-label={t("recovery")}>
        {codes.map((c) => (
          <li key={c}>
            <code>{c}</code>
          </li>
        ))}
      </ul>
      <p className="row wrap">
        <CopyButton text={text} name={t("recovery.copy")} done={t("recovery.copied")} label={t("recovery.copy")} />
        <button type="button" className="btn" onClick={asFile}>
          <IconDownload size={17} aria-hidden />
          {t("recovery.file")}
        </button>
      </p>
      <label className="check">
        <input type="checkbox" checked={kept} onChange={(e) => setKept(e.target.checked)} />
        {t("recovery.kept")}
      </label>
      <button type="button" className="btn primary big" disabled={!kept} onClick={onKept}>
        {t("recovery.go")}
      </button>
    </div>
  );
}

import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { refusedAddress } from "../../api/imports";
import type { ImportConflict } from "../../api/types";
import { formatNumber } from "../../lib/format";
import { t } from "../../lib/i18n";
import { ask } from "../../lib/ui/dialog";
import { IconAlertTriangle, IconArrowBackUp, IconCircleCheck, IconDownload } from "../../lib/ui/icons";
import { entityByName, recordPath, useMeta } from "../../meta/meta";
import { Tiles } from "./checked";
import { Problems } from "./problems";
import type { WizardProps } from "./wizard";

/** ④ What came in, the refused rows to mend, and the way back. */
export function Result({ imp, run, pending }: WizardProps) {
  const of = entityByName(useMeta(), imp.entity || "customer");
  const done = imp.state === "done";
  const undone = imp.state === "undone";
  const Icon = done ? IconCircleCheck : undone ? IconArrowBackUp : IconAlertTriangle;
  const conflicts = imp.undo?.conflicts ?? [];
  const undo = async () => {
    const n = (imp.result?.created ?? 0) + (imp.result?.updated ?? 0);
    if (await ask({ title: t("import.undoAsk"), text: t("import.undoText", n), yes: t("import.undo"), danger: true })) await run("undo");
  };
  return (
    <>
      <section className={`box result ${imp.state}`} role="status">
        <Icon size={34} aria-hidden />
        <div className="result-said">
          <h2>{t(`import.is.${imp.state as "done"}`)}</h2>
          {undone && imp.result && (
            <p className="muted">{t("import.undoneOf", formatNumber(imp.result.created), formatNumber(imp.result.updated))}</p>
          )}
          {imp.error && <p className="late">{imp.error}</p>}
        </div>
        {!!imp.result?.refused && (
          <a className="btn" href={refusedAddress(imp.id)} download>
            <IconDownload size={17} aria-hidden />
            {t("import.getRefused")}
          </a>
        )}
        {(done || imp.state === "failed") && imp.undo?.possible !== false && (
          <button type="button" className="btn" disabled={pending} onClick={() => void undo()}>
            <IconArrowBackUp size={17} aria-hidden />
            {t("import.undo")}
          </button>
        )}
        <Link to={imp.entity === "lead" ? "/leads" : "/customers"} className="btn primary">
          {t("import.see", of?.label_plural ?? "")}
        </Link>
      </section>
      {imp.result && !undone && <Tiles r={imp.result} />}
      {conflicts.length > 0 && <Conflicts list={conflicts} pending={pending} onForce={(ids) => void run("undo", { force: ids })} />}
      {done && <Problems imp={imp} />}
    </>
  );
}

/** Records changed since the import stay as they are, unless chosen. */
function Conflicts({ list, pending, onForce }: { list: ImportConflict[]; pending: boolean; onForce: (ids: string[]) => void }) {
  const meta = useMeta();
  const [chosen, setChosen] = useState<string[]>([]);
  return (
    <section className="box" aria-labelledby="conflicts">
      <div className="box-head">
        <h2 id="conflicts">{t("import.conflicts", list.length)}</h2>
        <button type="button" className="btn small" disabled={!chosen.length || pending} onClick={() => onForce(chosen)}>
          {t("import.force", chosen.length)}
        </button>
      </div>
      <table className="plain">
        <tbody>
          {list.map((c) => {
            const entity = entityByName(meta, c.entity || "customer");
            return (
              <tr key={c.id}>
                <td>
                  <input
                    type="checkbox"
                    aria-label={t("select.one", c.title)}
                    checked={chosen.includes(c.id)}
                    onChange={(e) => setChosen(e.target.checked ? [...chosen, c.id] : chosen.filter((x) => x !== c.id))}
                  />
                </td>
                <th scope="row">{entity ? <Link to={recordPath(entity, c.id)}>{c.title}</Link> : c.title}</th>
                <td>
                  {(c.fields ?? []).map((f) => (
                    <p key={f.field} className="small">
                      {f.label} <span className="muted">{t("import.imported")}</span> {f.import || "—"} →{" "}
                      <span className="muted">{t("import.now")}</span> {f.now || "—"}
                    </p>
                  ))}
                  {!c.fields?.length && <span className="muted small">{t("import.changedSince")}</span>}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

import { formatNumber, formatSpan } from "../../lib/format";
import { t } from "../../lib/i18n";
import type { WizardProps } from "./wizard";

/** A job under way: how far, how fast, how long still; it goes on when the page is closed. */
export function Running({ imp, run, pending }: WizardProps) {
  const { done = 0, total = 0, rows_per_second: speed = 0, seconds_left: left } = imp.progress ?? {};
  const known = total > 0;
  return (
    <section className="box running" role="status">
      <h2>{t(imp.state === "checking" ? "import.checkingNow" : imp.state === "undoing" ? "import.undoingNow" : "import.runningNow")}</h2>
      <progress max={known ? total : 1} value={known ? done : undefined} aria-label={t("import.progress")} />
      <p className="row wrap muted num">
        <span>{known ? t("import.of", formatNumber(done), formatNumber(total)) : formatNumber(done)}</span>
        {speed > 0 && <span>{t("import.speed", formatNumber(Math.round(speed)))}</span>}
        {known && left !== undefined && left > 0 && <span>{t("import.left", formatSpan(left))}</span>}
      </p>
      <p className="muted small">{t("import.background")}</p>
      {imp.state !== "undoing" && (
        <button type="button" className="btn" disabled={pending} onClick={() => void run("cancel")}>
          {t("cancel")}
        </button>
      )}
    </section>
  );
}

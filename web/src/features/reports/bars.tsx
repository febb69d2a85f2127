import { t } from "../../lib/i18n";
import { type Bar, formatFigure } from "./figures";
import type { Cell } from "./report-view";

type Props = {
  title: string;
  bars: Bar[];
  cell: Cell;
  /** Each is a part of the first and of the one before, and says so. */
  parts?: boolean;
};

/** Figures as bars, one below the other, with all they say in words beside them. */
export const Bars = ({ title, bars, cell, parts }: Props) => (
  <section className="box report-bars" aria-labelledby="report-bars">
    <div className="box-head">
      <h2 id="report-bars">{title}</h2>
    </div>
    <ol>
      {bars.map((b, i) => (
        <li key={b.label}>
          <span className="report-bar-name">{b.label}</span>
          <span className="report-bar" aria-hidden>
            <i style={{ width: `${b.length * 100}%` }} />
          </span>
          <b className="num">{cell(b.row, b.column)}</b>
          {parts && (
            <span className="muted small num report-bar-parts">
              {i > 0 && (
                <>
                  <span>{t("reports.ofFirst", formatFigure(b.length, "share"))}</span>
                  {i > 1 && b.ofBefore !== undefined && <span>{t("reports.ofBefore", formatFigure(b.ofBefore, "share"))}</span>}
                </>
              )}
            </span>
          )}
        </li>
      ))}
    </ol>
  </section>
);

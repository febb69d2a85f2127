import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { ReportRow, ReportTable } from "../../api/reports";
import { formatExact } from "../../lib/format";
import { t } from "../../lib/i18n";
import { daysBefore, yearBefore } from "../../lib/period";
import { usePhone } from "../../lib/screen";
import { Empty } from "../../lib/ui/bits";
import { IconFileAnalytics } from "../../lib/ui/icons";
import { entityByName, useMeta } from "../../meta/meta";
import { Bars } from "./bars";
import { changeOf, formatFigure, funnelOf, isEmpty, sharesOf, topColumns } from "./figures";
import { Table } from "./table";

export type Cell = (row: ReportRow, column: number) => ReactNode;

type Props = {
  table: ReportTable;
  /** It stands as it was frozen: the records behind it are others by now. */
  frozen?: boolean;
  sort?: string;
  onSort: (sort: string | undefined) => void;
  tools: ReactNode;
};

/** A report: its totals, the way of the leads, and all of its figures; each leads to the records behind it. */
export function ReportView({ table, frozen, sort, onSort, tools }: Props) {
  const meta = useMeta();
  const phone = usePhone();
  const cell: Cell = (row, i) => {
    const column = table.columns[i];
    const value = row.values[i];
    if (!column) return null;
    const text = formatFigure(value, column.unit);
    const filter = row.filters[i];
    const path = entityByName(meta, column.entity)?.path;
    if (frozen || value == null || (!value && column.unit !== "share") || !filter || !path) return text;
    return (
      <Link to="/$path" params={{ path }} search={{ f: filter }} title={t("reports.open")} className="report-link">
        {text}
      </Link>
    );
  };
  const take = <div className="report-tools no-print">{tools}</div>;
  const funnel = funnelOf(table);
  const shares = funnel.length ? [] : sharesOf(table);
  return (
    <div className="report">
      <div className="report-head">
        <div className="grow">
          <h2>
            {table.title}
            {frozen && <span className="badge c-blue">{t("reports.frozen")}</span>}
          </h2>
          <p className="muted small">
            {t("reports.of", table.from, table.to)} · {t("reports.computed", formatExact(table.computed_at))}
          </p>
        </div>
        {!phone && take}
      </div>
      {isEmpty(table) ? (
        <div className="box">
          <Empty icon={<IconFileAnalytics size={28} aria-hidden />} title={t("reports.none")} text={t("reports.noneText")} />
        </div>
      ) : (
        <>
          <Figures table={table} cell={cell} />
          {funnel.length > 0 && <Bars title={t("reports.funnel")} bars={funnel} cell={cell} parts />}
          {shares.length > 0 && <Bars title={t("reports.shares")} bars={shares} cell={cell} />}
          <Table table={table} cell={cell} sort={sort} onSort={onSort} />
          {phone && take}
        </>
      )}
    </div>
  );
}

const signs = { more: "↑", less: "↓", same: "=" };

function Figures({ table, cell }: { table: ReportTable; cell: Cell }) {
  const before = daysBefore(table.from, table.to);
  const against = [
    { label: t("reports.before"), row: table.previous },
    { label: t("reports.yearAgo"), row: table.year_ago },
  ];
  return (
    <>
      <ul className="report-figures" aria-label={t("reports.figures")}>
        {topColumns(table).map((i) => (
          <li key={i} className="tile">
            <span>{table.columns[i]?.label}</span>
            <b className="num">{cell(table.total, i)}</b>
            {against.map(({ label, row }) => {
              const change = row && changeOf(table.total.values[i], row.values[i], table.columns[i]?.unit ?? "count");
              return (
                row && (
                  <span key={label} className="report-change">
                    <span>{label}</span>
                    <span className="num" title={change ? formatFigure(row.values[i], table.columns[i]?.unit ?? "count") : undefined}>
                      {change ? `${signs[change.way]} ${change.text}` : t("reports.noThen")}
                    </span>
                  </span>
                )
              );
            })}
          </li>
        ))}
      </ul>
      {table.previous && (
        <p className="muted small report-compared">
          {t("reports.compared", before.from, before.to, yearBefore(table.from), yearBefore(table.to))}
        </p>
      )}
    </>
  );
}

import type { ReactNode } from "react";
import type { ReportTable } from "../../api/reports";
import { IconArrowDown, IconArrowUp } from "../../lib/ui/icons";
import { pressed, sorted } from "./figures";
import type { Cell } from "./report-view";

type Props = { table: ReportTable; cell: Cell; sort?: string; onSort: (sort: string | undefined) => void };

/** All figures of a report, with their sums. */
export function Table({ table, cell, sort, onSort }: Props) {
  const head = (name: string, label: ReactNode, help?: string) => {
    const way = sort === name ? "ascending" : sort === `-${name}` ? "descending" : undefined;
    return (
      <th key={name} scope="col" className={name === "key" ? undefined : "n"} aria-sort={way}>
        <button type="button" className="report-sort" title={help || undefined} onClick={() => onSort(pressed(sort, name))}>
          {label}
          {way === "ascending" && <IconArrowUp size={14} aria-hidden />}
          {way === "descending" && <IconArrowDown size={14} aria-hidden />}
        </button>
      </th>
    );
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls where it is narrow, and must by the keyboard
    <section className="box report-scroll" aria-label={table.title} tabIndex={0}>
      <table className="plain">
        <thead>
          <tr>
            {head("key", table.by_label)}
            {table.columns.map((c) => head(c.name, c.label, c.help))}
          </tr>
        </thead>
        <tbody>
          {sorted(table, sort).map((r) => (
            <tr key={r.key}>
              <th scope="row">{r.label}</th>
              {table.columns.map((c, i) => (
                <td key={c.name} className="n">
                  {cell(r, i)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{table.total.label}</th>
            {table.columns.map((c, i) => (
              <td key={c.name} className="n">
                {cell(table.total, i)}
              </td>
            ))}
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

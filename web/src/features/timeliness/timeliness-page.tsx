import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { type TimelinessBy, type TimelinessRow, timeliness } from "../../api/work";
import { today } from "../../lib/dates";
import { formatNumber } from "../../lib/format";
import { t } from "../../lib/i18n";
import { daysOfPeriod } from "../../lib/period";
import { Chips, Empty, Failed, Ghosts } from "../../lib/ui/bits";
import { IconChartBar, IconPrinter, IconX } from "../../lib/ui/icons";
import { PeriodPicker } from "../../lib/ui/period-picker";
import { useDirectory } from "../../meta/directory";
import { Postponed } from "./postponed";
import type { TimelinessSearch } from "./timeliness-search";
import "./timeliness.css";

const route = getRouteApi("/timeliness");
const ways: TimelinessBy[] = ["user", "kind", "department"];

/** 及时率: what fell due in a period, how much of it was done in time, and where it was not; each row leads to those behind it. */
export default function TimelinessPage() {
  const search: TimelinessSearch = route.useSearch();
  const navigate = route.useNavigate();
  const { from, to } = search.from && search.to ? { from: search.from, to: search.to } : daysOfPeriod("month", today());
  const by = search.by ?? "user";
  const q = useQuery({
    queryKey: ["timeliness", from, to, by, search.kind ?? "", search.user ?? ""],
    queryFn: () => timeliness({ from, to, by, kind: search.kind, user: search.user }),
    placeholderData: (before) => before,
  });
  const go = (patch: TimelinessSearch) => void navigate({ search: (s: TimelinessSearch) => ({ ...s, ...patch }) });
  const rows = [...(q.data ?? [])].sort((a, b) => (a.rate ?? 2) - (b.rate ?? 2) || b.fell_due - a.fell_due);
  return (
    <div className="page page-pad timeliness">
      <header className="head">
        <h1 className="grow">{t("timeliness")}</h1>
        <button type="button" className="btn no-print" onClick={() => print()}>
          <IconPrinter size={17} aria-hidden />
          {t("print")}
        </button>
      </header>
      <Filters search={search} from={from} to={to} by={by} go={go} />
      {q.error && !q.data ? (
        <Failed error={q.error} retry={() => void q.refetch()} />
      ) : !q.data ? (
        <Ghosts n={6} />
      ) : rows.length === 0 ? (
        <section className="box">
          <Empty icon={<IconChartBar size={28} aria-hidden />} title={t("timeliness.none")} text={t("timeliness.noneText")} />
        </section>
      ) : (
        <Table rows={rows} by={by} search={search} />
      )}
      <p className="muted small">{t("timeliness.note")}</p>
      <Postponed from={from} to={to} />
    </div>
  );
}

type FilterProps = { search: TimelinessSearch; from: string; to: string; by: TimelinessBy; go: (patch: TimelinessSearch) => void };

function Filters({ search, from, to, by, go }: FilterProps) {
  const { users } = useDirectory();
  return (
    <div className="timeliness-filters no-print">
      <PeriodPicker from={from} to={to} onChange={go} />
      <Chips
        label={t("timeliness.by")}
        hideLabel
        value={by}
        options={ways.map((w) => ({ value: w, label: t(`timeliness.${w}`) }))}
        onChange={(v) => go({ by: v })}
      />
      {(search.user || search.kind) && (
        <button type="button" className="btn on" onClick={() => go({ user: undefined, kind: undefined })}>
          {search.user ? users.find((u) => u.id === search.user)?.name : <KindName kind={search.kind ?? ""} from={from} to={to} />}
          <IconX size={15} aria-label={t("clear")} />
        </button>
      )}
    </div>
  );
}

function KindName({ kind, from, to }: { kind: string; from: string; to: string }) {
  const { data } = useQuery({
    queryKey: ["timeliness", from, to, "kind", kind, ""],
    queryFn: () => timeliness({ from, to, by: "kind", kind }),
  });
  return <>{data?.[0]?.label ?? kind}</>;
}

const sum = (rows: TimelinessRow[], of: (r: TimelinessRow) => number) => rows.reduce((n, r) => n + of(r), 0);

function Table({ rows, by, search }: { rows: TimelinessRow[]; by: TimelinessBy; search: TimelinessSearch }) {
  const fell = sum(rows, (r) => r.fell_due);
  const total: TimelinessRow = {
    key: "",
    label: t("total"),
    fell_due: fell,
    in_time: sum(rows, (r) => r.in_time),
    late: sum(rows, (r) => r.late),
    overdue: sum(rows, (r) => r.overdue),
    cancelled: sum(rows, (r) => r.cancelled),
    rate: fell ? sum(rows, (r) => r.in_time) / fell : null,
  };
  // From a person to what they were late with, and from that to the people.
  const into = (r: TimelinessRow): TimelinessSearch | undefined =>
    by === "user" && r.key ? { ...search, by: "kind", user: r.key } : by === "kind" ? { ...search, by: "user", kind: r.key } : undefined;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls where it is narrow, and must by the keyboard
    <section className="box timeliness-scroll" aria-label={t("timeliness")} tabIndex={0}>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t(`timeliness.${by}`)}</th>
            <th scope="col">{t("timeliness.rate")}</th>
            <th scope="col" className="n">
              {t("timeliness.fell")}
            </th>
            <th scope="col" className="n">
              {t("timeliness.inTime")}
            </th>
            <th scope="col" className="n">
              {t("timeliness.late")}
            </th>
            <th scope="col" className="n">
              {t("timeliness.overdue")}
            </th>
            <th scope="col" className="n">
              {t("timeliness.cancelled")}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((r) => (
            <Row key={r.key} row={r} to={into(r)}>
              {by === "user" && r.overdue > 0 ? (
                <Link to="/todo" search={{ scope: "team", user: r.key }} hash="g-overdue">
                  {formatNumber(r.overdue)}
                </Link>
              ) : (
                formatNumber(r.overdue)
              )}
            </Row>
          ))}
        </tbody>
        {rows.length > 1 && (
          <tfoot>
            <Row row={total}>{formatNumber(total.overdue)}</Row>
          </tfoot>
        )}
      </table>
    </section>
  );
}

function Row({ row: r, to, children }: { row: TimelinessRow; to?: TimelinessSearch; children: ReactNode }) {
  const percent = r.rate === null ? null : Math.round(r.rate * 100);
  return (
    <tr>
      <th scope="row">
        {to ? (
          <Link to="/timeliness" search={to}>
            {r.label}
          </Link>
        ) : (
          r.label || t("timeliness.nobody")
        )}
      </th>
      <td>
        <span className="rate">
          <b className="num">{percent === null ? "–" : `${percent}%`}</b>
          <span className="rate-bar" aria-hidden>
            <i className={(percent ?? 0) < 60 ? "low" : (percent ?? 0) < 85 ? "middle" : undefined} style={{ width: `${percent ?? 0}%` }} />
          </span>
        </span>
      </td>
      <td className="n">{formatNumber(r.fell_due)}</td>
      <td className="n">{formatNumber(r.in_time)}</td>
      <td className="n">{formatNumber(r.late)}</td>
      <td className={r.overdue ? "n late" : "n"}>{children}</td>
      <td className="n">{formatNumber(r.cancelled)}</td>
    </tr>
  );
}

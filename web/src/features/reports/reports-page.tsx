import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { archive, archivePath, type ReportKind, report, reportKinds, reportPath } from "../../api/reports";
import { currentUser, permits } from "../../api/session";
import { formatExact, formatMonth } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Chips, Empty, Failed, Ghosts } from "../../lib/ui/bits";
import { IconArchive, IconCoins, IconFileAnalytics } from "../../lib/ui/icons";
import { Filters, periodOf } from "./filters";
import { ReportView } from "./report-view";
import type { ReportsSearch } from "./reports-search";
import { Tools } from "./tools";
import "./reports.css";

const Archives = lazy(() => import("./archives"));
const Costs = lazy(() => import("./costs"));
const route = getRouteApi("/reports");

/** 报表: how leads convert, in what time, and what their sources bring; live, or as it was frozen. All of it is in the address. */
export default function ReportsPage() {
  const search: ReportsSearch = route.useSearch();
  const navigate = route.useNavigate();
  const go = (patch: ReportsSearch) => void navigate({ search: (s: ReportsSearch) => ({ ...s, ...patch }) });
  const kinds = useQuery({ queryKey: ["reports"], queryFn: reportKinds, staleTime: Number.POSITIVE_INFINITY });
  const [dialog, setDialog] = useState<"archives" | "costs">();
  const kind = kinds.data?.find((k) => k.name === search.report) ?? kinds.data?.[0];
  // Frozen reports, and what was spent, are the whole company's.
  const all = currentUser()?.permissions.lead?.view === "all";
  const mayChange = all && permits("lead", "export");
  return (
    <div className="page page-pad reports">
      <header className="head">
        <h1 className="grow">{t("nav.reports")}</h1>
        {mayChange && kind?.name === "lead-sources" && !search.archive && (
          <button type="button" className="btn no-print" onClick={() => setDialog("costs")}>
            <IconCoins size={17} aria-hidden />
            {t("reports.costs")}
          </button>
        )}
        {all && (
          <button type="button" className="btn no-print" onClick={() => setDialog("archives")}>
            <IconArchive size={17} aria-hidden />
            {t("reports.frozen")}
          </button>
        )}
      </header>
      {kinds.error ? (
        <Failed error={kinds.error} retry={() => void kinds.refetch()} />
      ) : !kinds.data ? (
        <Ghosts n={8} />
      ) : !kind ? (
        <section className="box">
          <Empty icon={<IconFileAnalytics size={28} aria-hidden />} title={t("reports.nothing")} />
        </section>
      ) : search.archive ? (
        <Frozen id={search.archive} search={search} go={go} />
      ) : (
        <>
          <div className="no-print">
            <Chips
              label={t("reports.choose")}
              hideLabel
              value={kind.name}
              options={kinds.data.map((k) => ({ value: k.name, label: k.title }))}
              onChange={(name) => go({ report: name, by: undefined, sort: undefined, f: undefined })}
            />
          </div>
          <Live kind={kind} search={search} go={go} />
        </>
      )}
      <Suspense>
        {dialog === "archives" && (
          <Archives mayFreeze={mayChange} onOpen={(archive) => go({ archive, sort: undefined })} onClose={() => setDialog(undefined)} />
        )}
        {dialog === "costs" && <Costs month={periodOf(search).from.slice(0, 7)} onClose={() => setDialog(undefined)} />}
      </Suspense>
    </div>
  );
}

type PartProps = { search: ReportsSearch; go: (patch: ReportsSearch) => void };

function Live({ kind, search, go }: PartProps & { kind: ReportKind }) {
  const { from, to } = periodOf(search);
  const by = kind.by.find((b) => b.name === search.by)?.name ?? kind.by[0]?.name;
  const query = { from, to, by, filter: search.f && JSON.stringify(search.f) };
  const q = useQuery({
    queryKey: ["report", kind.name, query],
    queryFn: () => report(kind.name, query),
    placeholderData: (before) => (before?.report === kind.name ? before : undefined),
  });
  return (
    <>
      <Filters kind={kind} by={by} search={search} go={go} />
      {q.error ? (
        <Failed error={q.error} retry={() => void q.refetch()} />
      ) : !q.data ? (
        <Ghosts n={8} />
      ) : (
        <ReportView
          table={q.data}
          sort={search.sort}
          onSort={(sort) => go({ sort })}
          tools={<Tools path={`${reportPath(kind.name)}/export`} query={query} />}
        />
      )}
    </>
  );
}

function Frozen({ id, search, go }: PartProps & { id: string }) {
  const q = useQuery({ queryKey: ["archive", id], queryFn: () => archive(id), staleTime: Number.POSITIVE_INFINITY });
  const back = (
    <button type="button" className="btn no-print" onClick={() => go({ archive: undefined, sort: undefined })}>
      {t("reports.live")}
    </button>
  );
  if (q.error)
    return (
      <>
        <Failed error={q.error} />
        {back}
      </>
    );
  if (!q.data?.table) return <Ghosts n={8} />;
  return (
    <>
      <div className="note info report-frozen">
        <b>{t("reports.frozenMonth", formatMonth(`${q.data.month}-01`))}</b>
        <span className="grow">{t("reports.frozenBy", q.data.computed_by.name, formatExact(q.data.computed_at))}</span>
        {back}
      </div>
      <ReportView
        table={q.data.table}
        frozen
        sort={search.sort}
        onSort={(sort) => go({ sort })}
        tools={<Tools path={`${archivePath(id)}/export`} />}
      />
    </>
  );
}

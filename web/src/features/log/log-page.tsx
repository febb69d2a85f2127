import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useCallback, useEffect, useRef } from "react";
import { companyLog, type LogFilter } from "../../api/log";
import { permits } from "../../api/session";
import { t } from "../../lib/i18n";
import { usePhone } from "../../lib/screen";
import { Empty, Failed, Ghosts } from "../../lib/ui/bits";
import { IconHistory } from "../../lib/ui/icons";
import { Cards } from "./cards";
import { ExportMenu } from "./export-menu";
import { Filters } from "./filters";
import "./log.css";
import { askedOf, type LogSearch, type LogTab } from "./log-search";
import { SealBox } from "./seal-box";
import { SignIns } from "./sign-ins";
import { Table } from "./table";

const route = getRouteApi("/settings/log");
const tabs: [LogTab | undefined, () => string][] = [
  [undefined, () => t("logs.changes")],
  ["exports", () => t("logs.exports")],
  ["settings", () => t("logs.settings")],
  ["sign-ins", () => t("logs.signIns")],
];

/** 日志: what was done in the company, by whom, when and through which door. */
export default function LogPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const go = useCallback((patch: Partial<LogSearch>) => void navigate({ search: (s: LogSearch) => ({ ...s, ...patch }) }), [navigate]);
  const shown = tabs.filter(([tab]) => tab !== "sign-ins" || permits("security", "view"));
  return (
    <div className="logs">
      <SealBox />
      <div className="logs-head">
        <nav className="tabs" aria-label={t("settings.log")}>
          {shown.map(([tab, said]) => (
            <Link
              key={tab ?? ""}
              from="/settings/log"
              to="/settings/log"
              search={{ tab, from: search.from, to: search.to, user: search.user }}
              className={tab === search.tab ? "tab active" : "tab"}
              aria-current={tab === search.tab ? "page" : undefined}
              activeProps={{}}
            >
              {said()}
            </Link>
          ))}
        </nav>
        {search.tab !== "sign-ins" && permits("log", "export") && <ExportMenu filter={askedOf(search)} />}
      </div>
      <Filters search={search} go={go} />
      {search.tab === "sign-ins" ? <SignIns search={search} /> : <Entries filter={askedOf(search)} go={go} />}
    </div>
  );
}

function Entries({ filter, go }: { filter: LogFilter; go: (patch: Partial<LogSearch>) => void }) {
  const phone = usePhone();
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["company-log", filter],
    queryFn: ({ pageParam, signal }) => companyLog(filter, pageParam || undefined, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next || undefined,
    placeholderData: (before) => before,
  });
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  if (error && !data) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Ghosts n={10} h={phone ? 96 : 44} />;
  const entries = data.pages.flatMap((p) => p.items);
  if (!entries.length && !hasNextPage) return <Empty icon={<IconHistory size={28} />} title={t("logs.empty")} />;
  const List = phone ? Cards : Table;
  return (
    <>
      <List entries={entries} onBatch={(batch) => go({ batch, record: undefined })} />
      <End key={entries.length} more={more} hasMore={!!hasNextPage} />
    </>
  );
}

/** The end of a list, which fetches more when it comes near. */
export function End({ more, hasMore }: { more: () => void; hasMore: boolean }) {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const el = end.current;
    if (!el || !hasMore) return;
    const seen = new IntersectionObserver(([e]) => e?.isIntersecting && more(), { rootMargin: "800px" });
    seen.observe(el);
    return () => seen.disconnect();
  }, [more, hasMore]);
  return (
    <div ref={end} className="logs-end muted small">
      {hasMore && t("loading")}
    </div>
  );
}

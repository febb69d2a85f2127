import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { reachesOthers } from "../../api/session";
import { type TodoGroup, type TodoSearch, todoGroups } from "../../api/work";
import { openPlan } from "../../form/open";
import { TodoRow } from "../../form/todo-row";
import { useTodos } from "../../form/use-todos";
import { formatNumber } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Empty, Failed, Ghosts } from "../../lib/ui/bits";
import { IconCalendarPlus, IconCircleCheck } from "../../lib/ui/icons";
import { useUserOptions } from "../../meta/directory";
import { may, useEntity } from "../../meta/meta";
import "./todo.css";

const route = getRouteApi("/todo");

/** 我的待办: all one must do, by the time it is due; what is late stands on top. Whoever leads others sees theirs too. */
export default function TodoPage() {
  const search: TodoSearch = route.useSearch();
  const navigate = route.useNavigate();
  const followup = useEntity("followup");
  const q = useTodos(search);
  const end = useRef<HTMLDivElement>(null);
  const team = search.scope === "team";
  const go = (patch: TodoSearch) => void navigate({ search: (s: TodoSearch) => ({ ...s, ...patch }), replace: true });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = q;
  useEffect(() => {
    const el = end.current;
    if (!el || !hasNextPage || isFetchingNextPage) return;
    const seen = new IntersectionObserver(([e]) => e?.isIntersecting && void fetchNextPage(), { rootMargin: "600px" });
    seen.observe(el);
    return () => seen.disconnect();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return (
    <div className="page page-pad todo">
      <header className="head">
        <h1 className="grow">{team ? t("todo.team") : t("todo")}</h1>
        {may(followup, "create") && (
          <button type="button" className="btn primary" onClick={() => openPlan()}>
            <IconCalendarPlus size={17} aria-hidden />
            {t("plan")}
          </button>
        )}
      </header>
      <Filters search={search} go={go} items={q.items} />
      {q.counts && <Jumps counts={q.counts} />}
      {q.error && !q.data ? (
        <Failed error={q.error} retry={() => void q.refetch()} />
      ) : !q.data ? (
        <Ghosts n={6} h={84} />
      ) : q.items.length === 0 ? (
        <section className="box">
          <Empty icon={<IconCircleCheck size={28} aria-hidden />} title={t("todo.none")} text={t("todo.noneText")} />
        </section>
      ) : (
        q.groups.map(([group, list]) => (
          <section key={group} className={`box todo-group g-${group}`} aria-labelledby={`g-${group}`}>
            <h2 id={`g-${group}`}>
              {t(`todo.${group}`)} <span className="num muted">{formatNumber(q.counts?.[group] ?? list.length)}</span>
            </h2>
            <ul>
              {list.map((item) => (
                <TodoRow key={item.id} item={item} team={team} />
              ))}
            </ul>
          </section>
        ))
      )}
      <div ref={end} />
      {isFetchingNextPage && <Ghosts n={2} h={84} />}
    </div>
  );
}

type FilterProps = { search: TodoSearch; go: (patch: TodoSearch) => void; items: { kind: string; kind_label: string }[] };

function Filters({ search, go, items }: FilterProps) {
  const users = useUserOptions();
  const team = search.scope === "team";
  const kinds = useRef(new Map<string, string>());
  for (const x of items) kinds.current.set(x.kind, x.kind_label);
  return (
    <div className="todo-filters">
      {reachesOthers() && (
        <div className="tabs" role="tablist" aria-label={t("home.scope")}>
          <button type="button" role="tab" className="tab" aria-selected={!team} onClick={() => go({ scope: undefined, user: undefined })}>
            {t("home.own")}
          </button>
          <button type="button" role="tab" className="tab" aria-selected={team} onClick={() => go({ scope: "team" })}>
            {t("home.team")}
          </button>
        </div>
      )}
      <div className="row grow todo-selects">
        {team && (
          <select
            className="input"
            aria-label={t("todo.who")}
            value={search.user ?? ""}
            onChange={(e) => go({ user: e.target.value || undefined })}
          >
            <option value="">{t("todo.everybody")}</option>
            {users.map((u) => (
              <option key={u.value} value={u.value}>
                {u.label}
              </option>
            ))}
          </select>
        )}
        <select
          className="input"
          aria-label={t("todo.kind")}
          value={search.kind ?? ""}
          onChange={(e) => go({ kind: e.target.value || undefined })}
        >
          <option value="">{t("todo.allKinds")}</option>
          {[...kinds.current].map(([kind, label]) => (
            <option key={kind} value={kind}>
              {label}
            </option>
          ))}
          {search.kind && !kinds.current.has(search.kind) && <option value={search.kind}>{search.kind}</option>}
        </select>
      </div>
    </div>
  );
}

/** How much there is, and the way to it. */
function Jumps({ counts }: { counts: Record<TodoGroup, number> }) {
  return (
    <nav className="jumps" aria-label={t("todo.jump")}>
      {todoGroups.map((g) => (
        <a key={g} href={`#g-${g}`} className={g === "overdue" && counts[g] > 0 ? "jump over" : "jump"} aria-disabled={!counts[g]}>
          <span>{t(`todo.${g}`)}</span>
          <b className="num">{formatNumber(counts[g] ?? 0)}</b>
        </a>
      ))}
    </nav>
  );
}

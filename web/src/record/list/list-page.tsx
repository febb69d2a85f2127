import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { ApiError } from "../../api/client";
import type { Chosen } from "../../api/records";
import type { EntityMeta, Filter } from "../../api/types";
import { formatNumber } from "../../lib/format";
import { t } from "../../lib/i18n";
import { useKeys } from "../../lib/keys";
import { usePhone } from "../../lib/screen";
import { readLocal, writeLocal } from "../../lib/store";
import { Empty, Failed, Ghosts } from "../../lib/ui/bits";
import { IconAlertTriangle, IconDownload, IconFilter, IconHelp, IconPlus, IconSearch } from "../../lib/ui/icons";
import { sameFilter } from "../../meta/filter";
import { type ListSearch, listState, viewKey } from "../../meta/list-state";
import { may, recordPath, viewsQuery } from "../../meta/meta";
import type { BulkActs } from "./bulk-bar";
import { FilterChips } from "./quick-filters";
import "./list.css";
import { Cards, Desk, DeskTools } from "./parts";
import { useList } from "./use-list";
import { ViewTabs } from "./view-tabs";

const FilterPanel = lazy(() => import("./filter-panel"));
const ExportDialog = lazy(() => import("./export").then((m) => ({ default: m.ExportDialog })));
const KeysHelp = lazy(() => import("./keys-help"));

export type ListPageProps = {
  entity: EntityMeta;
  search: ListSearch;
  /** Changes the address; patched values that are undefined fall out of it. */
  go: (patch: Partial<ListSearch>, replace?: boolean) => void;
  onNew?: () => void;
  /** The record in the side panel. */
  panel?: (id: string, close: () => void) => ReactNode;
  /** What stands here while there is no record of the kind at all. */
  invitation?: ReactNode;
  /** More buttons for the head. */
  actions?: ReactNode;
  /** More that can be done with chosen records. */
  bulkActs?: BulkActs;
};

/** The list of any entity: views, filters, search, rows or cards, all of it kept in the address. */
export function ListPage(p: ListPageProps) {
  const { data: saved, isPending } = useQuery(viewsQuery);
  const entity = useMemo(() => {
    const own = (saved ?? []).filter((v) => v.entity === p.entity.name);
    return own.length ? { ...p.entity, views: [...p.entity.views, ...own] } : p.entity;
  }, [p.entity, saved]);
  // A list need not wait for the saved views, unless the address names one of them.
  if (isPending && p.search.view && !entity.views.some((v) => viewKey(v) === p.search.view)) return <Ghosts n={10} />;
  return <List {...p} entity={entity} />;
}

function List({ entity, search, go, onNew, panel, invitation, actions, bulkActs }: ListPageProps) {
  const phone = usePhone();
  const navigate = useNavigate();
  const prefs = `list.${entity.name}.${search.view ?? ""}`;
  const [kept, setKept] = useState<{ columns?: string[]; widths?: Record<string, number> }>(() => readLocal(prefs, {}));
  const keep = (next: typeof kept) => {
    setKept(next);
    writeLocal(prefs, next);
  };
  // Another view has its own columns.
  useEffect(() => setKept(readLocal(prefs, {})), [prefs]);
  const state = useMemo(() => listState(entity, search, kept.columns), [entity, search, kept.columns]);
  const fields = useMemo(
    () => [...new Set([...(phone ? [entity.title, ...(entity.card ?? [])] : state.columns)])].filter(Boolean),
    [entity, phone, state.columns],
  );
  const { rows, items, count, more, hasMore } = useList(entity, state, fields);
  const [dialog, setDialog] = useState<"filter" | "export" | "keys">();
  const [picked, setPicked] = useState<Filter>();
  const setFilter = useCallback(
    (f: Filter | undefined) => go({ f: f ?? (state.view?.search.filter ? "none" : undefined), open: undefined }, true),
    [go, state.view],
  );
  const box = useRef<HTMLInputElement>(null);
  const full = (id: string) => void navigate({ to: recordPath(entity, id) });
  useKeys({
    "/": () => box.current?.focus(),
    "?": () => setDialog("keys"),
    ...(onNew && may(entity, "create") ? { n: onNew } : {}),
  });
  const none = rows.isSuccess && items.length === 0;
  const narrowed = !!state.q || !!state.filter || state.archived;
  const nothing = none && !narrowed;
  const active = state.filter && !sameFilter(state.filter, state.view?.search.filter);
  const clear = (
    <button
      type="button"
      className="btn"
      onClick={() =>
        go({ f: state.view?.search.filter ? "none" : undefined, q: state.view?.search.q ? "" : undefined, archived: undefined }, true)
      }
    >
      {t("filter.clear")}
    </button>
  );
  const body =
    rows.isError && !rows.data ? (
      narrowed && refusal(rows.error) ? (
        <Empty icon={<IconAlertTriangle size={28} />} title={t("filter.refused")} text={refusal(rows.error)}>
          {clear}
        </Empty>
      ) : (
        <Failed error={rows.error} retry={() => void rows.refetch()} />
      )
    ) : !rows.data ? (
      <Ghosts n={phone ? 7 : 14} h={phone ? 88 : 32} />
    ) : nothing ? (
      (invitation ?? (
        <Empty icon={<IconPlus size={28} />} title={t("empty.first", entity.label_plural)}>
          {onNew && may(entity, "create") && (
            <button type="button" className="btn primary big" onClick={onNew}>
              {t("new.of", entity.label)}
            </button>
          )}
        </Empty>
      ))
    ) : none ? (
      <Empty icon={<IconSearch size={28} />} title={t("empty.none")} text={t("empty.noneHint")}>
        {clear}
      </Empty>
    ) : (
      <Suspense fallback={<Ghosts n={phone ? 7 : 14} h={phone ? 88 : 32} />}>
        {phone ? (
          <Cards entity={entity} items={items} more={more} hasMore={hasMore} />
        ) : (
          <Desk
            entity={entity}
            state={state}
            items={items}
            total={count}
            more={more}
            hasMore={hasMore}
            widths={kept.widths ?? {}}
            onWidth={(c, w) => keep({ ...kept, widths: { ...kept.widths, [c]: w } })}
            onSort={(sort) => go({ sort: sort === (state.view?.search.sort || entity.sort) ? undefined : sort }, true)}
            bulkActs={bulkActs}
            openId={search.open}
            onOpen={(id) => (panel ? go({ open: id }, true) : full(id))}
            onClose={() => go({ open: undefined }, true)}
            onFull={full}
            onExport={(f) => {
              setPicked(f);
              setDialog("export");
            }}
          />
        )}
      </Suspense>
    );
  return (
    <div className={`list-page${search.open && panel ? " with-panel" : ""}`}>
      <header className="list-head">
        <h1>
          {entity.label_plural}
          <span className="count num" aria-live="polite">
            {count !== undefined && formatNumber(count)}
          </span>
        </h1>
        {!phone && actions}
        {onNew && may(entity, "create") && !phone && (
          <button type="button" className="btn primary" onClick={onNew}>
            <IconPlus size={18} aria-hidden />
            {t("new.of", entity.label)}
          </button>
        )}
      </header>
      <ViewTabs entity={entity} state={state} go={go} />
      <div className="toolbar">
        <Search
          q={state.q}
          input={box}
          label={t("search.in", entity.label_plural)}
          onSearch={(q) => go({ q: q === (state.view?.search.q ?? "") ? undefined : q, open: undefined }, true)}
        />
        {!phone && (
          <Suspense>
            <DeskTools
              entity={entity}
              filter={state.filter}
              setFilter={setFilter}
              columns={state.columns}
              onColumns={(columns) => {
                keep({ ...kept, columns });
                if (search.cols) go({ cols: undefined }, true);
              }}
              onReset={() => {
                keep({});
                go({ cols: undefined }, true);
              }}
            />
          </Suspense>
        )}
        {phone && (
          <button type="button" className={active ? "btn on" : "btn"} onClick={() => setDialog("filter")} aria-label={t("filter")}>
            <IconFilter size={18} aria-hidden />
            {t("filter")}
          </button>
        )}
        {!phone && may(entity, "export") && (
          <button
            type="button"
            className="btn icon-only"
            aria-label={t("export")}
            title={t("export")}
            onClick={() => {
              setPicked(undefined);
              setDialog("export");
            }}
          >
            <IconDownload size={18} aria-hidden />
          </button>
        )}
        {!phone && (
          <button
            type="button"
            className="btn icon-only"
            aria-label={t("keys")}
            title={`${t("keys")} (?)`}
            onClick={() => setDialog("keys")}
          >
            <IconHelp size={18} aria-hidden />
          </button>
        )}
      </div>
      <FilterChips entity={entity} filter={state.filter} onChange={setFilter} />
      <div className="list-body">{body}</div>
      {search.open && panel && !phone && panel(search.open, () => go({ open: undefined }, true))}
      <Suspense>
        {dialog === "filter" && (
          <FilterPanel
            entity={entity}
            state={state}
            count={count}
            onFilter={setFilter}
            onSort={(sort) => go({ sort }, true)}
            onArchived={(a) => go({ archived: a || undefined }, true)}
            onClose={() => setDialog(undefined)}
          />
        )}
        {dialog === "export" && (
          <ExportDialog
            entity={entity}
            scope={{
              ...(picked ? { filter: picked } : { filter: state.filter, q: state.q }),
              sort: state.sort,
              archived: state.archived,
              columns: state.columns,
              said:
                picked && "value" in picked && Array.isArray(picked.value)
                  ? t("bulk.selected", picked.value.length)
                  : t("count.of", count ?? 0),
            }}
            onClose={() => setDialog(undefined)}
          />
        )}
        {dialog === "keys" && <KeysHelp onClose={() => setDialog(undefined)} />}
      </Suspense>
    </div>
  );
}

// A filter may ask for what is not there any more, such as a field that the company has hidden since.
const refusal = (e: Error) => (e instanceof ApiError && e.status === 422 ? (Object.values(e.fields)[0] ?? e.message) : undefined);

export type { Chosen };

function Search({
  q,
  input,
  label,
  onSearch,
}: {
  q: string;
  input: React.RefObject<HTMLInputElement | null>;
  label: string;
  onSearch: (q: string) => void;
}) {
  const [typed, setTyped] = useState(q);
  const sent = useRef(q);
  useEffect(() => {
    if (q !== sent.current) {
      sent.current = q;
      setTyped(q);
    }
  }, [q]);
  const latest = useRef(onSearch);
  latest.current = onSearch;
  useEffect(() => {
    const timer = setTimeout(() => {
      if (typed.trim() === sent.current) return;
      sent.current = typed.trim();
      latest.current(sent.current);
    }, 250);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <div className="list-search">
      <IconSearch size={17} aria-hidden />
      <input
        ref={input}
        type="search"
        className="input"
        placeholder={label}
        aria-label={label}
        enterKeyHint="search"
        value={typed}
        onChange={(e) => setTyped(e.target.value)}
        onKeyDown={(e) => e.key === "Escape" && e.currentTarget.blur()}
      />
    </div>
  );
}

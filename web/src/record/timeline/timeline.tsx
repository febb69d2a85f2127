import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import { type Entry, outbox } from "../../api/outbox";
import { listRecords, timeline } from "../../api/records";
import type { Change, EntityMeta, LogEntry, Rec, TimelineItem } from "../../api/types";
import { fileAddress } from "../../api/upload";
import { blank, Show, str } from "../../fields";
import { outboxOpen } from "../../form/open";
import { formatBytes, formatExact, formatInstant } from "../../lib/format";
import { t, withWork } from "../../lib/i18n";
import { readLocal, useStore, writeLocal } from "../../lib/store";
import { Badge, Failed, Ghosts } from "../../lib/ui/bits";
import { IconCheckbox, IconFlag, IconHistory, IconMessageCircle, IconPaperclip } from "../../lib/ui/icons";
import { choiceOf, fieldOf, refOf, useEntity } from "../../meta/meta";
import { actionSaid } from "../detail/log-words";
import "./timeline.css";

const Comments = lazy(() => withWork(() => import("../comments")));
const Planned = lazy(() => withWork(() => import("./planned")));

const typesOf = (entity: EntityMeta) =>
  entity.name === "lead" ? (["followup", "review", "file", "log"] as const) : (["followup", "stage", "file", "log"] as const);
const icons: Record<string, typeof IconFlag> = {
  followup: IconMessageCircle,
  stage: IconFlag,
  review: IconCheckbox,
  file: IconPaperclip,
  log: IconHistory,
};

/** Everything that happened with a customer or a lead, newest first; the chosen kind is remembered. */
export function Timeline({ entity, id }: { entity: EntityMeta; id: string }) {
  const types: readonly string[] = typesOf(entity);
  const [kept, setType] = useState(() => readLocal("timeline.type", ""));
  const type = types.includes(kept) ? kept : "";
  const end = useRef<HTMLDivElement>(null);
  const q = useInfiniteQuery({
    queryKey: ["timeline", entity.path, id, type],
    queryFn: ({ pageParam }) => timeline(entity.path, id, type, pageParam || undefined),
    initialPageParam: "",
    getNextPageParam: (last) => last.next || undefined,
    placeholderData: (before) => before,
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = q;
  useEffect(() => {
    const el = end.current;
    if (!el || !hasNextPage || isFetchingNextPage) return;
    const seen = new IntersectionObserver(([e]) => e?.isIntersecting && void fetchNextPage(), { rootMargin: "400px" });
    seen.observe(el);
    return () => seen.disconnect();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const choose = (v: string) => {
    setType(v);
    writeLocal("timeline.type", v);
  };
  const items = q.data?.pages.flatMap((p) => p.items ?? []) ?? [];
  const plans = usePlans(entity, id, type === "" || type === "followup");
  const waiting = useStore(outbox).filter((e) => e.about.id === id);
  return (
    <div>
      <fieldset className="kinds">
        <legend className="sr">{t("timeline.filter")}</legend>
        {["", ...types].map((k) => (
          <button key={k} type="button" className={k === type ? "kind on" : "kind"} aria-pressed={k === type} onClick={() => choose(k)}>
            {k === "" ? t("all") : t(`timeline.${k as "stage"}`)}
          </button>
        ))}
      </fieldset>
      {q.error && !q.data ? (
        <Failed error={q.error} retry={() => void q.refetch()} />
      ) : !q.data ? (
        <Ghosts n={4} h={64} />
      ) : items.length + waiting.length + plans.length === 0 ? (
        <p className="muted none">{t("timeline.none")}</p>
      ) : (
        <ol className="timeline">
          {waiting.map((e) => (
            <Waiting key={e.key} entry={e} />
          ))}
          {plans.map((r) => (
            <Item key={r.id} item={{ type: "followup", at: str(r.planned_at), record: r }} of={entity} />
          ))}
          {items.map((x, i) => (
            <Item key={x.record?.id ?? x.log?.id ?? i} item={x} of={entity} />
          ))}
        </ol>
      )}
      <div ref={end} />
    </div>
  );
}

/** What is still to happen stands before what has. */
function usePlans(of: EntityMeta, id: string, wanted: boolean): Rec[] {
  const followup = useEntity("followup");
  const { data } = useQuery({
    queryKey: ["plans", "followups", id],
    queryFn: () =>
      listRecords("followups", {
        filter: {
          and: [
            { field: `${of.name}_id`, op: "in", value: [id] },
            { field: "state", op: "in", value: ["planned"] },
          ],
        },
        sort: "planned_at",
        limit: 20,
      }),
    enabled: !!followup,
  });
  return wanted ? (data?.items ?? []) : [];
}

/** What was written here and has not reached the server. */
function Waiting({ entry: e }: { entry: Entry }) {
  return (
    <li className="event e-followup pending">
      <span className="event-icon">
        <IconMessageCircle size={15} aria-hidden />
      </span>
      <p className="event-head small muted">
        <time dateTime={e.at}>{formatInstant(str(e.body.happened_at) || e.at)}</time>
        <button type="button" className="badge c-orange" onClick={() => outboxOpen.set(true)}>
          {t("outbox.waiting")}
        </button>
      </p>
      <div className="event-body">
        <p className="pre">{str(e.body.content)}</p>
      </div>
    </li>
  );
}

function Item({ item, of }: { item: TimelineItem; of: EntityMeta }) {
  const Icon = icons[item.type] ?? IconHistory;
  return (
    <li className={`event e-${item.type}`}>
      <span className="event-icon">
        <Icon size={15} aria-hidden />
      </span>
      <p className="event-head small muted">
        <time dateTime={item.at} title={formatExact(item.at)}>
          {formatInstant(item.at)}
        </time>
        <span>{who(item)}</span>
      </p>
      <Body item={item} of={of} />
    </li>
  );
}

const who = ({ log, record }: TimelineItem) =>
  log?.user?.name ?? (record && (refOf(record, "owner_id") ?? refOf(record, "created_by"))?.name);

function Body({ item: { type, record, log }, of }: { item: TimelineItem; of: EntityMeta }) {
  if (log) return <Log entry={log} />;
  if (!record) return null;
  if (type === "followup") return <Follow r={record} />;
  if (type === "review") return <Review r={record} />;
  if (type === "stage") return <Stage r={record} of={of} />;
  return <File r={record} />;
}

function Follow({ r }: { r: Rec }) {
  const entity = useEntity("followup");
  const label = (name: string) => {
    const f = entity && fieldOf(entity, name);
    return f ? choiceOf(f, r[name]) : undefined;
  };
  const way = label("way");
  const result = label("result");
  const next = str(r.next_at ?? r.next_followup_at);
  if (r.state === "planned" || r.state === "cancelled")
    return (
      <Suspense fallback={<div className="event-body" />}>
        <Planned r={r} way={way?.label ?? str(r.way)} />
      </Suspense>
    );
  return (
    <div className="event-body">
      <p className="row wrap">
        {(way || !blank(r.way)) && <b>{way?.label ?? str(r.way)}</b>}
        {(result || !blank(r.result)) && <Badge color={result?.color}>{result?.label ?? str(r.result)}</Badge>}
        {r.late === true && <Badge>{t("timeline.late")}</Badge>}
      </p>
      <p className="pre">{str(r.content)}</p>
      {str(r.feedback) && (
        <p className="pre small">
          <span className="muted">{t("timeline.feedback")}</span> {str(r.feedback)}
        </p>
      )}
      {next && (
        <p className="small muted">
          {t("timeline.next")} {formatInstant(next)} {str(r.next_action)}
        </p>
      )}
      <Suspense fallback={<div className="comments-ghost" />}>
        <Comments id={r.id} />
      </Suspense>
    </div>
  );
}

function Stage({ r, of }: { r: Rec; of: EntityMeta }) {
  const f = fieldOf(of, "stage");
  const chip = (v: unknown): ReactNode => {
    const c = f && choiceOf(f, v);
    return <Badge color={c?.color}>{c?.label ?? str(v)}</Badge>;
  };
  return (
    <div className="event-body">
      <p className="row wrap">
        {t("timeline.stage")}
        {blank(r.from_stage) ? (
          <>
            {t("colon")}
            {chip(r.to_stage)}
          </>
        ) : (
          <>
            {chip(r.from_stage)} → {chip(r.to_stage)}
          </>
        )}
      </p>
      {str(r.reason) && <p className="small">{str(r.reason)}</p>}
    </div>
  );
}

/** What was decided about a lead, and why. */
export function Review({ r }: { r: Rec }) {
  const entity = useEntity("lead_review");
  const show = (name: string) => {
    const f = entity && fieldOf(entity, name);
    return f && !blank(r[name]) ? <Show field={f} rec={r} /> : null;
  };
  return (
    <div className="event-body">
      <p className="row wrap">
        {show("result")}
        {show("grade")}
        {show("lacking")}
        {show("invalid_reason")}
        {!blank(r.park_until) && <span className="num">→ {show("park_until")}</span>}
      </p>
      {str(r.opinion) && <p className="pre">{str(r.opinion)}</p>}
    </div>
  );
}

function File({ r }: { r: Rec }) {
  return (
    <p className="event-body">
      {t("timeline.added")}{" "}
      <a href={fileAddress(r.id)} download>
        {str(r.name)}
      </a>{" "}
      <span className="muted small">{formatBytes(Number(r.size) || 0)}</span>
    </p>
  );
}

/** What a change is told for; the rest of it followed from that. */
const telling = ["state", "owner_id", "customer_id", "pool_id"];
const atOnce = 3;
/** A change: what it is told for stands there; what a new record began with, and long lists, are folded away. */
function Log({ entry }: { entry: LogEntry }) {
  const all = (entry.changes ?? []).filter((c) => c.old_text || c.new_text);
  const told = all.filter((c) => telling.includes(c.field));
  const changes = [...told, ...all.filter((c) => !told.includes(c))];
  const many = changes.length > atOnce + 1 ? atOnce : changes.length;
  const shown = entry.action === "create" ? 0 : told.length || many;
  return (
    <div className="event-body small">
      <p>{actionSaid(entry.action)}</p>
      <Changes list={changes.slice(0, shown)} />
      {changes.length > shown && (
        <details>
          <summary>{t("details", changes.length - shown)}</summary>
          <Changes list={changes.slice(shown)} />
        </details>
      )}
    </div>
  );
}

const Changes = ({ list }: { list: Change[] }) =>
  list.map((c) => (
    <p key={c.field} className="muted">
      {c.label}
      {t("colon")}
      {c.old_text && `${c.old_text} → `}
      {c.new_text || "—"}
    </p>
  ));

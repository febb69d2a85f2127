import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { listRecords } from "../../api/records";
import { bootQuery, currentUser, reachesOthers } from "../../api/session";
import type { EntityMeta, Filter, Rec } from "../../api/types";
import { workDay } from "../../api/work";
import { str } from "../../fields";
import { addDays, dayOf, timeOf, today } from "../../lib/dates";
import { formatInstant, formatLongDay, formatWeekday } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Badge, Failed, Ghosts } from "../../lib/ui/bits";
import { IconChevronLeft, IconChevronRight, IconPrinter } from "../../lib/ui/icons";
import { useUserOptions } from "../../meta/directory";
import { choiceOf, fieldOf, refOf, useEntity } from "../../meta/meta";
import { Said } from "./said";
import type { WorklogSearch } from "./worklog-search";
import "./worklog.css";

const route = getRouteApi("/worklog");
const shown = ["customer_id", "contact_id", "way", "planned_at", "purpose", "place"];

/** 业务工作日志: what somebody did on a day, what was left undone, and what comes next; written by the system, made to be printed. */
export default function WorklogPage() {
  const search: WorklogSearch = route.useSearch();
  const navigate = route.useNavigate();
  const entity = useEntity("followup");
  const users = useUserOptions();
  const day = search.day ?? today();
  const user = search.user ?? currentUser()?.id ?? "";
  const go = (patch: WorklogSearch) => void navigate({ search: (s: WorklogSearch) => ({ ...s, ...patch }), replace: true });
  return (
    <div className="page page-pad worklog">
      <header className="head no-print">
        <h1 className="grow">{t("worklog")}</h1>
        {reachesOthers() && (
          <select className="input" aria-label={t("todo.who")} value={user} onChange={(e) => go({ user: e.target.value })}>
            {users.map((u) => (
              <option key={u.value} value={u.value}>
                {u.label}
              </option>
            ))}
          </select>
        )}
        <div className="row">
          <button type="button" className="icon-btn" aria-label={t("calendar.before")} onClick={() => go({ day: addDays(day, -1) })}>
            <IconChevronLeft size={20} aria-hidden />
          </button>
          <input
            className="input"
            type="date"
            aria-label={t("worklog.day")}
            value={day}
            onChange={(e) => e.target.value && go({ day: e.target.value })}
          />
          <button type="button" className="icon-btn" aria-label={t("calendar.after")} onClick={() => go({ day: addDays(day, 1) })}>
            <IconChevronRight size={20} aria-hidden />
          </button>
        </div>
        <button type="button" className="btn" onClick={() => print()}>
          <IconPrinter size={17} aria-hidden />
          {t("print")}
        </button>
      </header>
      {entity ? (
        <Sheet entity={entity} day={day} user={user} name={users.find((u) => u.value === user)?.label ?? ""} />
      ) : (
        <Ghosts n={6} h={64} />
      )}
    </div>
  );
}

/** What was planned for the day and is still open; what was done, and what comes next, the day itself says. */
function useLeft(entity: EntityMeta, user: string, day: string) {
  const filter: Filter = {
    and: [
      { field: "owner_id", op: "in", value: [user] },
      { field: "state", op: "in", value: ["planned"] },
      { field: "planned_at", op: "between", value: [day, day] },
    ],
  };
  const fields = shown.filter((n) => fieldOf(entity, n));
  return useQuery({
    queryKey: ["list", entity.path, "worklog", filter],
    queryFn: () => listRecords(entity.path, { filter, sort: "planned_at", fields, limit: 200 }),
    enabled: !!user,
  });
}

function Sheet({ entity, day, user, name }: { entity: EntityMeta; day: string; user: string; name: string }) {
  const company = useQuery(bootQuery).data?.company ?? "";
  const of = useQuery({ queryKey: ["list", "work-days", day, user], queryFn: () => workDay(day, user), enabled: !!user });
  const left = useLeft(entity, user, day);
  const failed = of.error ?? left.error;
  if (failed) return <Failed error={failed} retry={() => void Promise.all([of.refetch(), left.refetch()])} />;
  if (!of.data || !left.data) return <Ghosts n={6} h={64} />;
  const { followups, plans, customers, stage_changes: changes, log } = of.data;
  const met = new Set(followups.map((r) => refOf(r, "customer_id")?.id));
  return (
    <article className="box worklog-sheet">
      <header>
        <p className="muted small">{company}</p>
        <h2>
          {t("worklog")} · {of.data.user.name || name}
        </h2>
        <p>
          {day} {formatWeekday(day)} · {t("worklog.sum", followups.length, met.size)}
        </p>
      </header>
      <Part title={t("worklog.done")} none={t("worklog.noneDone")} list={followups}>
        {(r) => <Done entity={entity} r={r} />}
      </Part>
      {customers.length > 0 && (
        <Part title={t("worklog.customers")} list={customers}>
          {(r) => <NewCustomer r={r} />}
        </Part>
      )}
      {changes.length > 0 && (
        <Part title={t("worklog.stages")} list={changes}>
          {(r) => <StageChange r={r} />}
        </Part>
      )}
      <Part title={t("worklog.open")} none={t("worklog.noneOpen")} list={left.data.items}>
        {(r) => <Planned entity={entity} r={r} />}
      </Part>
      <Part title={t("worklog.next")} none={t("worklog.noneNext")} list={plans}>
        {(r) => <Planned entity={entity} r={r} day />}
      </Part>
      <Said key={`${day} ${user}`} day={day} user={user} log={log} />
      <footer className="worklog-sign">
        <span>{t("worklog.writer")}</span>
        <span>{t("worklog.reader")}</span>
      </footer>
    </article>
  );
}

type PartProps = { title: string; none?: string; list: Rec[]; children: (r: Rec) => ReactNode };

function Part({ title, none, list, children }: PartProps) {
  return (
    <section>
      <h3>
        {title} {list.length > 0 && <span className="num muted">{list.length}</span>}
      </h3>
      {list.length === 0 ? (
        <p className="muted small">{none}</p>
      ) : (
        <ol className="worklog-list">
          {list.map((r) => (
            <li key={r.id}>{children(r)}</li>
          ))}
        </ol>
      )}
    </section>
  );
}

/** When, with whom, and how. */
function Line({ entity, r, at, day }: { entity: EntityMeta; r: Rec; at: string; day?: boolean }) {
  const way = fieldOf(entity, "way");
  const customer = refOf(r, "customer_id");
  return (
    <p className="row wrap">
      <b className="num">{day ? formatInstant(at) : timeOf(new Date(at))}</b>
      {customer && (
        <Link to="/customers/$id" params={{ id: customer.id }}>
          {customer.name}
        </Link>
      )}
      <span className="muted">{[refOf(r, "contact_id")?.name, way && choiceOf(way, r.way)?.label].filter(Boolean).join(" · ")}</span>
    </p>
  );
}

function Done({ entity, r }: { entity: EntityMeta; r: Rec }) {
  const result = fieldOf(entity, "result");
  const said = result && choiceOf(result, r.result);
  const next = str(r.next_at);
  return (
    <>
      <div className="row wrap">
        <Line entity={entity} r={r} at={str(r.happened_at)} />
        {said && <Badge color={said.color}>{said.label}</Badge>}
        {r.late === true && <Badge color="orange">{t("timeline.late")}</Badge>}
      </div>
      <p className="pre">{str(r.content)}</p>
      {str(r.feedback) && (
        <p className="pre small">
          <span className="muted">{t("timeline.feedback")}</span> {str(r.feedback)}
        </p>
      )}
      {(next || str(r.next_action)) && (
        <p className="small muted">
          {t("timeline.next")} {next && formatLongDay(dayOf(new Date(next)))} {str(r.next_action)}
        </p>
      )}
    </>
  );
}

function Planned({ entity, r, day }: { entity: EntityMeta; r: Rec; day?: boolean }) {
  return (
    <>
      <Line entity={entity} r={r} at={str(r.planned_at)} day={day} />
      {(str(r.purpose) || str(r.place)) && <p className="small pre">{[str(r.purpose), str(r.place)].filter(Boolean).join(" · ")}</p>}
    </>
  );
}

function Stage({ value }: { value: unknown }) {
  const entity = useEntity("customer");
  const field = entity && fieldOf(entity, "stage");
  const c = field && choiceOf(field, value);
  return str(value) ? <Badge color={c?.color}>{c?.label ?? str(value)}</Badge> : null;
}

const NewCustomer = ({ r }: { r: Rec }) => (
  <p className="row wrap">
    <Link to="/customers/$id" params={{ id: r.id }}>
      {str(r.name)}
    </Link>
    <Stage value={r.stage} />
  </p>
);

function StageChange({ r }: { r: Rec }) {
  const customer = refOf(r, "customer_id");
  return (
    <>
      <p className="row wrap">
        {customer && (
          <Link to="/customers/$id" params={{ id: customer.id }}>
            {customer.name}
          </Link>
        )}
        <Stage value={r.from_stage} />
        {str(r.from_stage) && "→"}
        <Stage value={r.to_stage} />
      </p>
      {str(r.reason) && <p className="small pre">{str(r.reason)}</p>}
    </>
  );
}

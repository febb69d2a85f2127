import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { countRecords, listRecords } from "../../api/records";
import { currentUser } from "../../api/session";
import type { EntityMeta, Filter, Rec } from "../../api/types";
import { str } from "../../fields";
import { openFollow } from "../../form/open";
import { addDays, dayOf, today } from "../../lib/dates";
import { formatLongDay, formatNumber } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Badge, Failed, Ghosts } from "../../lib/ui/bits";
import { IconCircleCheck } from "../../lib/ui/icons";
import { choiceOf, fieldOf, refOf, titleOf, useEntity } from "../../meta/meta";
import "./home.css";

const mine: Filter = { field: "owner_id", op: "in", value: ["me"] };
const due: Filter = { and: [mine, { field: "next_followup_at", op: "lte", value: today() }] };

const useCount = (path: string | undefined, filter: Filter) =>
  useQuery({ queryKey: ["home", path, "count", filter], queryFn: () => countRecords(path ?? "", { filter }), enabled: !!path }).data;

/** 工作台: what is due today stands first, then how the customers stand. */
export default function Home() {
  const entity = useEntity("customer");
  const me = currentUser();
  return (
    <div className="page page-pad home">
      <header className="head">
        <h1 className="grow">{t("home.hello", me?.name ?? "")}</h1>
        <span className="muted">{formatLongDay(today())}</span>
      </header>
      {entity ? <Work entity={entity} /> : <Ghosts n={6} h={72} />}
    </div>
  );
}

function Work({ entity }: { entity: EntityMeta }) {
  const total = useCount(entity.path, mine);
  const all = useCount(entity.path, due);
  const late = useCount(entity.path, { and: [mine, { field: "next_followup_at", op: "lt", value: today() }] });
  const soon = useCount(entity.path, {
    and: [mine, { field: "next_followup_at", op: "between", value: [addDays(today(), 1), addDays(today(), 7)] }],
  });
  const nowDue = all !== undefined && late !== undefined ? all - late : undefined;
  const list = { to: "/customers" } as const;
  return (
    <>
      <div className="tiles">
        <Link
          {...list}
          search={{ f: { and: [mine, { field: "next_followup_at", op: "lt", value: today() }] }, sort: "next_followup_at" }}
          className="tile"
        >
          <span>{t("home.late")}</span>
          <b className={late ? "num late" : "num"}>{late === undefined ? "–" : formatNumber(late)}</b>
        </Link>
        <Link
          {...list}
          search={{ f: { and: [mine, { field: "next_followup_at", op: "today" }] }, sort: "next_followup_at" }}
          className="tile"
        >
          <span>{t("home.today")}</span>
          <b className="num">{nowDue === undefined ? "–" : formatNumber(nowDue)}</b>
        </Link>
        <Link
          {...list}
          search={{ f: { and: [mine, { field: "next_followup_at", op: "next_days", value: 7 }] }, sort: "next_followup_at" }}
          className="tile"
        >
          <span>{t("home.week")}</span>
          <b className="num">{soon === undefined ? "–" : formatNumber(soon)}</b>
        </Link>
        <Link {...list} search={{ f: mine }} className="tile">
          <span>{t("home.mine")}</span>
          <b className="num">{total === undefined ? "–" : formatNumber(total)}</b>
        </Link>
      </div>
      <div className="home-cols">
        <Due entity={entity} />
        <Stages entity={entity} total={total} />
      </div>
    </>
  );
}

function Due({ entity }: { entity: EntityMeta }) {
  const fields = [entity.title, "stage", "grade", "next_followup_at", "last_followup_at", "phone", "need"].filter((n) =>
    fieldOf(entity, n),
  );
  const { data, error, refetch } = useQuery({
    queryKey: ["home", entity.path, "due"],
    queryFn: () => listRecords(entity.path, { filter: due, sort: "next_followup_at", fields, limit: 30 }),
  });
  return (
    <section className="box due" aria-labelledby="due">
      <div className="box-head">
        <h2 id="due">{t("home.due")}</h2>
      </div>
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !data ? (
        <div className="box-pad">
          <Ghosts n={5} h={52} />
        </div>
      ) : data.items.length === 0 ? (
        <div className="empty">
          <div className="empty-icon">
            <IconCircleCheck size={28} aria-hidden />
          </div>
          <p className="empty-title">{t("home.done")}</p>
          <p className="muted">{t("home.doneText")}</p>
        </div>
      ) : (
        <ul>
          {data.items.map((r) => (
            <Task key={r.id} entity={entity} rec={r} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Task({ entity, rec }: { entity: EntityMeta; rec: Rec }) {
  const stage = fieldOf(entity, "stage");
  const choice = stage && choiceOf(stage, rec.stage);
  const day = dayOf(new Date(str(rec.next_followup_at)));
  const days = Math.round((Date.parse(today()) - Date.parse(day)) / 86_400_000);
  const name = titleOf(entity, rec);
  return (
    <li className="due-row">
      <div className="grow">
        <Link to="/customers/$id" params={{ id: rec.id }} className="due-name">
          {name}
        </Link>
        <div className="row small">
          {choice && <Badge color={choice.color}>{choice.label}</Badge>}
          <span className={days > 0 ? "late" : "muted"}>{days > 0 ? t("home.lateBy", days) : t("home.dueToday")}</span>
          {refOf(rec, "owner_id") && <span className="muted">{refOf(rec, "owner_id")?.name}</span>}
          {str(rec.need) && <span className="muted one-line grow">{str(rec.need)}</span>}
        </div>
      </div>
      <button type="button" className="btn soft" onClick={() => openFollow({ customer: { id: rec.id, name } })}>
        {t("follow")}
      </button>
    </li>
  );
}

function Stages({ entity, total }: { entity: EntityMeta; total?: number }) {
  const stage = fieldOf(entity, "stage");
  if (!stage?.choices?.length) return null;
  return (
    <section className="box" aria-labelledby="stages">
      <div className="box-head">
        <h2 id="stages">{t("home.stages")}</h2>
      </div>
      <ul className="stages">
        {stage.choices
          .filter((c) => !c.disabled)
          .map((c) => (
            <Stage key={c.value} entity={entity} value={c.value} label={c.label} color={c.color} total={total} />
          ))}
      </ul>
    </section>
  );
}

function Stage({
  entity,
  value,
  label,
  color,
  total,
}: {
  entity: EntityMeta;
  value: string;
  label: string;
  color?: string;
  total?: number;
}) {
  const filter: Filter = { and: [mine, { field: "stage", op: "in", value: [value] }] };
  const count = useCount(entity.path, filter);
  const part = total && count ? count / total : 0;
  return (
    <li>
      <Link to="/customers" search={{ f: filter }} className="stage">
        <span className="stage-name">
          <i className={`dot c-${color ?? "gray"}`} />
          {label}
        </span>
        <span className="bar">
          <i className={`c-${color ?? "gray"}`} style={{ width: `${Math.max(part * 100, count ? 2 : 0)}%` }} />
        </span>
        <b className="num">{count ?? "–"}</b>
      </Link>
    </li>
  );
}

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { countRecords, listRecords } from "../../api/records";
import { currentUser } from "../../api/session";
import type { EntityMeta, Filter, Rec } from "../../api/types";
import { str } from "../../fields";
import { FirstCustomers } from "../../form/first-customers";
import { openFollow, openForm } from "../../form/open";
import { addDays, dayOf, today } from "../../lib/dates";
import { formatLongDay, formatNumber } from "../../lib/format";
import { t } from "../../lib/i18n";
import { readLocal, writeLocal } from "../../lib/store";
import { Badge, Chips, Failed, Ghosts } from "../../lib/ui/bits";
import { IconCircleCheck } from "../../lib/ui/icons";
import { all } from "../../meta/filter";
import { choiceOf, fieldOf, refOf, titleOf, useEntity } from "../../meta/meta";
import "./home.css";

const own: Filter = { field: "owner_id", op: "in", value: ["me"] };
/** Customers of whoever is looked at, narrowed; all that may be seen when nobody is. */
const of = (team: boolean, ...more: Filter[]): Filter | undefined => all(team ? more : [own, ...more]);
const next = (op: string, value?: unknown): Filter => ({ field: "next_followup_at", op, value });

const useCount = (path: string | undefined, filter: Filter | undefined) =>
  useQuery({ queryKey: ["home", path, "count", filter ?? null], queryFn: () => countRecords(path ?? "", { filter }), enabled: !!path })
    .data;

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
  const [chosen, setChosen] = useState<"mine" | "team">(() => readLocal("home.scope", "mine"));
  const mine = useCount(entity.path, own);
  const everything = useCount(entity.path, undefined);
  const others = (everything ?? 0) > (mine ?? 0);
  // Who has no customers of their own, such as an administrator, looks at the team's.
  const team = others && (chosen === "team" || mine === 0);
  const due = useDue(entity, !!team);
  // Whose customers these are turns out with the numbers; until then nothing is shown that would have to move.
  const known = mine !== undefined && everything !== undefined && !due.isPending;
  if (everything === 0) return <FirstCustomers onNew={() => openForm({ entity: entity.name })} />;
  return (
    <>
      {others && mine !== 0 && (
        <Chips
          label={t("home.scope")}
          hideLabel
          value={team ? "team" : "mine"}
          options={[
            { value: "mine", label: t("home.own") },
            { value: "team", label: t("home.team") },
          ]}
          onChange={(v) => {
            setChosen(v);
            writeLocal("home.scope", v);
          }}
        />
      )}
      <Numbers entity={entity} team={!!team} total={team ? everything : mine} />
      <div className="home-cols">
        <Due entity={entity} team={!!team} due={due} known={known} />
        {/* Below what is due on a phone: it comes when its place is known. */}
        {known && <Stages entity={entity} team={!!team} total={team ? everything : mine} />}
      </div>
    </>
  );
}

function Numbers({ entity, team, total }: { entity: EntityMeta; team: boolean; total?: number }) {
  const tiles: [string, Filter | undefined][] = [
    [t("home.late"), of(team, next("lt", today()))],
    [t("home.today"), of(team, next("today"))],
    [t("home.week"), of(team, next("between", [addDays(today(), 1), addDays(today(), 7)]))],
  ];
  return (
    <div className="tiles">
      {tiles.map(([label, filter], i) => (
        <Tile key={label} entity={entity} label={label} filter={filter} late={i === 0} />
      ))}
      <Link to="/customers" search={{ f: of(team) }} className="tile">
        <span>{team ? t("home.all") : t("home.mine")}</span>
        <b className="num">{total === undefined ? "–" : formatNumber(total)}</b>
      </Link>
    </div>
  );
}

function Tile({ entity, label, filter, late }: { entity: EntityMeta; label: string; filter?: Filter; late: boolean }) {
  const n = useCount(entity.path, filter);
  return (
    <Link to="/customers" search={{ f: filter, sort: "next_followup_at" }} className="tile">
      <span>{label}</span>
      <b className={late && n ? "num late" : "num"}>{n === undefined ? "–" : formatNumber(n)}</b>
    </Link>
  );
}

/** What is due of whoever is looked at. */
function useDue(entity: EntityMeta, team: boolean) {
  const fields = [entity.title, "stage", "owner_id", "next_followup_at", "need"].filter((n) => fieldOf(entity, n));
  const filter = of(team, next("lte", today()));
  return useQuery({
    queryKey: ["home", entity.path, "due", filter],
    queryFn: () => listRecords(entity.path, { filter, sort: "next_followup_at", fields, limit: 30 }),
  });
}

type DueProps = { entity: EntityMeta; team: boolean; due: ReturnType<typeof useDue>; known: boolean };

function Due({ entity, team, due: { data, error, refetch }, known }: DueProps) {
  return (
    <section className="box due" aria-labelledby="due">
      <div className="box-head">
        <h2 id="due">{t("home.due")}</h2>
      </div>
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !data || !known ? (
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
            <Task key={r.id} entity={entity} rec={r} team={team} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Task({ entity, rec, team }: { entity: EntityMeta; rec: Rec; team: boolean }) {
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
          {team && <span className="muted">{refOf(rec, "owner_id")?.name}</span>}
          {str(rec.need) && <span className="muted one-line grow">{str(rec.need)}</span>}
        </div>
      </div>
      <button type="button" className="btn soft" onClick={() => openFollow({ customer: { id: rec.id, name } })}>
        {t("follow")}
      </button>
    </li>
  );
}

function Stages({ entity, team, total }: { entity: EntityMeta; team: boolean; total?: number }) {
  const stage = fieldOf(entity, "stage");
  if (!stage?.choices?.length) return null;
  return (
    <section className="box" aria-labelledby="stages">
      <div className="box-head">
        <h2 id="stages">{team ? t("home.stagesAll") : t("home.stages")}</h2>
      </div>
      <ul className="stages">
        {stage.choices
          .filter((c) => !c.disabled)
          .map((c) => (
            <Stage key={c.value} entity={entity} team={team} value={c.value} label={c.label} color={c.color} total={total} />
          ))}
      </ul>
    </section>
  );
}

type StageProps = { entity: EntityMeta; team: boolean; value: string; label: string; color?: string; total?: number };

function Stage({ entity, team, value, label, color, total }: StageProps) {
  const filter = of(team, { field: "stage", op: "in", value: [value] });
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

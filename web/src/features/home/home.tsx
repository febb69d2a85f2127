import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { countBy, countRecords, listRecords } from "../../api/records";
import { currentUser } from "../../api/session";
import type { Choice, EntityMeta, Filter, Rec, Tally } from "../../api/types";
import { str } from "../../fields";
import { FirstCustomers } from "../../form/first-customers";
import { openFollow, openForm } from "../../form/open";
import { dayOf, today } from "../../lib/dates";
import { formatLongDay, formatNumber } from "../../lib/format";
import { t } from "../../lib/i18n";
import { readLocal, writeLocal } from "../../lib/store";
import { Badge, Chips, Failed, Ghosts } from "../../lib/ui/bits";
import { IconCircleCheck } from "../../lib/ui/icons";
import { all } from "../../meta/filter";
import { choiceOf, fieldOf, may, refOf, titleOf, useEntity } from "../../meta/meta";
import "./home.css";

const own: Filter = { field: "owner_id", op: "in", value: ["me"] };
/** Customers of whoever is looked at, narrowed; all that may be seen when nobody is. */
const of = (team: boolean, ...more: Filter[]): Filter | undefined => all(team ? more : [own, ...more]);
const next = (op: string, value?: unknown): Filter => ({ field: "next_followup_at", op, value });

const useCount = (path: string, filter: Filter | undefined, enabled: boolean) =>
  useQuery({ queryKey: ["home", path, "count", filter ?? null], queryFn: () => countRecords(path, { filter }), enabled }).data;
/** How many there are, in all and at each stage. */
const useStages = (path: string, filter: Filter | undefined) =>
  useQuery({ queryKey: ["home", path, "stages", filter ?? null], queryFn: () => countBy(path, { filter }, "stage") }).data;

/** 工作台: what is due today stands first, then how the customers stand. What it asks first comes with the page (web/screens.go). */
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
  const mine = useStages(entity.path, own);
  const everything = useStages(entity.path, undefined);
  const others = (everything?.count ?? 0) > (mine?.count ?? 0);
  // Who has no customers of their own, such as an administrator, looks at the team's.
  const team = others && (chosen === "team" || mine?.count === 0);
  const numbers = team ? everything : mine;
  // Whose customers these are turns out with the numbers; until then nothing is asked, or shown that would have to move.
  const whose = !!mine && !!everything;
  const due = useDue(entity, team, whose);
  const known = whose && !due.isPending;
  if (everything?.count === 0) return <FirstCustomers onNew={() => openForm({ entity: entity.name })} />;
  return (
    <>
      {others && mine?.count !== 0 && (
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
      <Numbers entity={entity} team={team} known={whose} total={numbers?.count} />
      <div className="home-cols">
        <Due entity={entity} team={team} due={due} known={known} />
        {/* Below what is due on a phone: it comes when its place is known. */}
        {known && numbers && <Stages entity={entity} team={team} numbers={numbers} />}
      </div>
    </>
  );
}

function Numbers({ entity, team, known, total }: { entity: EntityMeta; team: boolean; known: boolean; total?: number }) {
  const tiles: [string, Filter | undefined][] = [
    [t("home.late"), of(team, next("overdue"))],
    [t("home.today"), of(team, next("today"))],
    [t("home.week"), of(team, next("next_days", 7))],
  ];
  return (
    <div className="tiles">
      {tiles.map(([label, filter], i) => (
        <Tile key={label} entity={entity} label={label} filter={filter} known={known} late={i === 0} />
      ))}
      <Link to="/customers" search={{ f: of(team) }} className="tile">
        <span>{team ? t("home.all") : t("home.mine")}</span>
        <b className="num">{total === undefined ? "–" : formatNumber(total)}</b>
      </Link>
    </div>
  );
}

type TileProps = { entity: EntityMeta; label: string; filter?: Filter; known: boolean; late: boolean };

function Tile({ entity, label, filter, known, late }: TileProps) {
  const n = useCount(entity.path, filter, known);
  return (
    <Link to="/customers" search={{ f: filter, sort: "next_followup_at" }} className="tile">
      <span>{label}</span>
      <b className={late && n ? "num late" : "num"}>{n === undefined ? "–" : formatNumber(n)}</b>
    </Link>
  );
}

/** What is due of whoever is looked at. */
function useDue(entity: EntityMeta, team: boolean, enabled: boolean) {
  const fields = [entity.title, "stage", "owner_id", "next_followup_at", "need"].filter((n) => fieldOf(entity, n));
  const filter = of(team, next("due"));
  return useQuery({
    queryKey: ["home", entity.path, "due", filter],
    queryFn: () => listRecords(entity.path, { filter, sort: "next_followup_at", fields, limit: 30 }),
    enabled,
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
  const followup = useEntity("followup");
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
      {may(followup, "create") && (
        <button type="button" className="btn soft" onClick={() => openFollow({ customer: { id: rec.id, name } })}>
          {t("follow")}
        </button>
      )}
    </li>
  );
}

function Stages({ entity, team, numbers }: { entity: EntityMeta; team: boolean; numbers: Tally }) {
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
            <Stage key={c.value} team={team} choice={c} count={numbers.by?.[c.value] ?? 0} total={numbers.count} />
          ))}
      </ul>
    </section>
  );
}

function Stage({ team, choice, count, total }: { team: boolean; choice: Choice; count: number; total: number }) {
  const color = choice.color || "gray";
  return (
    <li>
      <Link to="/customers" search={{ f: of(team, { field: "stage", op: "in", value: [choice.value] }) }} className="stage">
        <span className="stage-name">
          <i className={`dot c-${color}`} />
          {choice.label}
        </span>
        <span className="bar">
          <i className={`c-${color}`} style={{ width: `${count && Math.max((count / total) * 100, 2)}%` }} />
        </span>
        <b className="num">{formatNumber(count)}</b>
      </Link>
    </li>
  );
}

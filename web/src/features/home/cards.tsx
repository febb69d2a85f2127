import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { countRecords } from "../../api/records";
import type { EntityMeta, Filter } from "../../api/types";
import { type CalendarItem, calendar, timeliness } from "../../api/work";
import { addDays, dayOf, timeOf, today } from "../../lib/dates";
import { formatDay, formatNumber } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Avatar } from "../../lib/ui/bits";
import { IconAlertTriangle, IconCake } from "../../lib/ui/icons";
import { entityByName, useMeta } from "../../meta/meta";
import type { Card } from "./arrangement";
import { of } from "./scope";

type Props = { card: Card; team: boolean; entity: EntityMeta };

/** The cards of the workbench that come after what is to be done. */
export default function MoreCard({ card, team, entity }: Props) {
  if (card === "schedule") return <Schedule team={team} />;
  if (card === "birthdays") return <Birthdays team={team} />;
  if (card === "warnings") return <Warnings team={team} entity={entity} />;
  return <Team />;
}

/** The week to come: today's plans and everybody's birthdays in one question. */
const useWeek = (team: boolean) =>
  useQuery({
    queryKey: ["calendar", "home", today(), team],
    queryFn: () => calendar({ from: today(), to: addDays(today(), 6), scope: team ? "team" : "mine" }),
    retry: false,
  }).data;

function Box({ id, title, more, children }: { id: string; title: string; more?: ReactNode; children: ReactNode }) {
  return (
    <section className="box" aria-labelledby={`home-${id}`}>
      <div className="box-head">
        <h2 id={`home-${id}`}>{title}</h2>
        {more}
      </div>
      {children}
    </section>
  );
}

/** Where something of the calendar is read. */
function At({ x, children }: { x: CalendarItem; children: ReactNode }) {
  const path = entityByName(useMeta(), x.entity)?.path;
  return path ? (
    <Link to="/$path/$id" params={{ path, id: x.record }}>
      {children}
    </Link>
  ) : (
    children
  );
}

function Schedule({ team }: { team: boolean }) {
  const week = useWeek(team);
  const items = week?.items.filter((x) => x.type !== "birthday" && !x.all_day && dayOf(new Date(x.start)) === today()) ?? [];
  return (
    <Box id="schedule" title={t("home.schedule")} more={<Link to="/calendar">{t("calendar")}</Link>}>
      {items.length === 0 ? (
        <p className="muted small home-none">{t("calendar.none")}</p>
      ) : (
        <ul className="home-list">
          {items.map((x) => (
            <li key={x.id} className={x.state === "done" ? "done" : undefined}>
              <b className="num">{timeOf(new Date(x.start))}</b>
              <span className="grow one-line">
                <At x={x}>{x.title}</At>
              </span>
              {x.state === "done" && <span className="small muted">{t("plan.done")}</span>}
              {team && x.owner && <Avatar name={x.owner.name} size={20} />}
            </li>
          ))}
        </ul>
      )}
    </Box>
  );
}

function Birthdays({ team }: { team: boolean }) {
  const items = useWeek(team)?.items.filter((x) => x.type === "birthday") ?? [];
  return (
    <Box id="birthdays" title={t("home.birthdays")}>
      {items.length === 0 ? (
        <p className="muted small home-none">{t("home.noBirthdays")}</p>
      ) : (
        <ul className="home-list">
          {items.map((x) => (
            <li key={x.id}>
              <IconCake size={17} aria-hidden />
              <span className="grow one-line">
                <At x={x}>{x.title}</At>
              </span>
              <span className="small num">{formatDay(x.start.slice(0, 10))}</span>
            </li>
          ))}
        </ul>
      )}
    </Box>
  );
}

const open: Filter = { field: "stage", op: "in", value: ["interested", "negotiating"] };
/** What goes wrong unless somebody looks: each with the customers behind it. */
const warnings: ["silent" | "unplanned" | "unverified", Filter[]][] = [
  ["silent", [open, { not: { field: "last_followup_at", op: "last_days", value: 14 } }]],
  ["unplanned", [open, { field: "next_followup_at", op: "empty" }]],
  ["unverified", [{ field: "stage", op: "in", value: ["won"] }, { not: { field: "last_followup_at", op: "last_days", value: 60 } }]],
];

function Warnings({ team, entity }: { team: boolean; entity: EntityMeta }) {
  return (
    <Box id="warnings" title={t("home.warnings")}>
      <ul className="home-list">
        {warnings.map(([name, filters]) => (
          <Warning key={name} path={entity.path} said={t(`home.${name}`)} filter={of(team, ...filters)} />
        ))}
      </ul>
    </Box>
  );
}

function Warning({ path, said, filter }: { path: string; said: string; filter?: Filter }) {
  const n = useQuery({ queryKey: ["home", path, "count", filter ?? null], queryFn: () => countRecords(path, { filter }) }).data;
  return (
    <li>
      <IconAlertTriangle size={17} className={n ? "warn" : "muted"} aria-hidden />
      <span className="grow">
        <Link to="/customers" search={{ f: filter }}>
          {said}
        </Link>
      </span>
      <b className="num">{n === undefined ? "–" : formatNumber(n)}</b>
    </li>
  );
}

/** How the team does this month: who is late with how much, and how much was done in time. */
function Team() {
  const from = `${today().slice(0, 8)}01`;
  const rows =
    useQuery({
      queryKey: ["home", "timeliness", from],
      queryFn: () => timeliness({ from, to: today(), by: "user" }),
      retry: false,
    }).data ?? [];
  const shown = [...rows].sort((a, b) => b.overdue - a.overdue).slice(0, 8);
  return (
    <Box id="team" title={t("home.people")} more={<Link to="/timeliness">{t("timeliness")}</Link>}>
      {shown.length === 0 ? (
        <p className="muted small home-none">{t("timeliness.none")}</p>
      ) : (
        <div className="home-scroll">
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t("timeliness.user")}</th>
                <th scope="col" className="n">
                  {t("timeliness.overdue")}
                </th>
                <th scope="col" className="n">
                  {t("timeliness.fell")}
                </th>
                <th scope="col" className="n">
                  {t("timeliness.rate")}
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map((r) => (
                <tr key={r.key}>
                  <td>
                    <Link to="/todo" search={{ scope: "team", user: r.key }}>
                      {r.label}
                    </Link>
                  </td>
                  <td className={r.overdue ? "n late" : "n"}>{formatNumber(r.overdue)}</td>
                  <td className="n">{formatNumber(r.fell_due)}</td>
                  <td className="n">{r.rate === null ? "–" : `${Math.round(r.rate * 100)}%`}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Box>
  );
}

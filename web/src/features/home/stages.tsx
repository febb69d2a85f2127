import { Link } from "@tanstack/react-router";
import type { Choice, EntityMeta, Tally } from "../../api/types";
import { formatNumber } from "../../lib/format";
import { t } from "../../lib/i18n";
import { fieldOf } from "../../meta/meta";
import { of } from "./scope";

/** The customers by stage, each a way to those behind it. */
export function Stages({ entity, team, numbers }: { entity: EntityMeta; team: boolean; numbers: Tally }) {
  const stage = fieldOf(entity, "stage");
  if (!stage?.choices?.length) return null;
  return (
    <section className="box" aria-labelledby="stages">
      <div className="box-head">
        <h2 id="stages">{team ? t("home.stagesAll") : t("home.stages")}</h2>
        <Link to="/customers" search={{ f: of(team) }} className="num">
          {formatNumber(numbers.count)}
        </Link>
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

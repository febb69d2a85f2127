import type { LeadScore } from "../../api/leads";
import { t } from "../../lib/i18n";
import { IconSparkles } from "../../lib/ui/icons";
import { gradeColor } from "./words";

/** What a lead came to, and why: each criterion with what it gave of what it could. */
export function Score({ score }: { score: LeadScore }) {
  return (
    <div className="score">
      <p className="score-sum">
        <b className={`score-points c-${gradeColor(score.grade)} num`}>{score.points}</b>
        <span className="row">
          <IconSparkles size={16} aria-hidden />
          {t("lead.proposes", score.grade)}
        </span>
      </p>
      <ul className="score-parts">
        {score.parts.map((p) => (
          <li key={p.kind}>
            <span className="score-why">{p.why}</span>
            <span className="small muted num">
              {p.points}/{p.weight}
            </span>
            <i className="meter" aria-hidden>
              <i style={{ width: `${p.weight ? (100 * p.points) / p.weight : 0}%` }} />
            </i>
          </li>
        ))}
      </ul>
    </div>
  );
}

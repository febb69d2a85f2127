import { t } from "../lib/i18n";
import { IconCheck, IconPlus } from "../lib/ui/icons";
import { hasPoint, withoutPoint, withPoints } from "./talk";

type Props = { track: string; points: string[]; purpose: string; onChange: (purpose: string) => void };

/** 话术: what to tell a lead and to learn of it. A tap brings a point into the plan's purpose, another takes it out. */
export function TalkPoints({ track, points, purpose, onChange }: Props) {
  const all = points.every((p) => hasPoint(purpose, p));
  return (
    <section className="talk" aria-labelledby="talk">
      <div className="row">
        <h3 id="talk" className="grow">
          {t("talk.of", track)}
        </h3>
        <button type="button" className="btn small quiet" disabled={all} onClick={() => onChange(withPoints(purpose, points))}>
          {t("talk.all")}
        </button>
      </div>
      <ul>
        {points.map((p) => {
          const there = hasPoint(purpose, p);
          return (
            <li key={p}>
              <button
                type="button"
                aria-pressed={there}
                onClick={() => onChange(there ? withoutPoint(purpose, p) : withPoints(purpose, [p]))}
              >
                {there ? <IconCheck size={16} aria-hidden /> : <IconPlus size={16} aria-hidden />}
                <span>{p}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

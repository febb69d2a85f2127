import { useEffect, useRef, useState } from "react";
import { t } from "../../lib/i18n";
import { useKeys } from "../../lib/keys";
import { lacking, proposedLacks } from "./queue";
import { ReviewCard } from "./review-card";
import { ReviewList } from "./review-list";
import type { BoardProps } from "./review-page";
import { type PanelKind, ReviewPanel } from "./review-panel";

const grades = ["A", "B", "C"];
/** The keys that give a lead to one of the candidates, in their order. */
const givers = ["4", "5", "6", "7", "8", "9"];

/** On a desk: the queue on the left, the lead on the right, everything by keys. */
export function ReviewDesk({ entity, queue, current, acts }: BoardProps) {
  const card = useRef<HTMLDivElement>(null);
  const { lead } = current;
  const whole = lacking(lead).length === 0;
  const give = current.candidates.map((c): { id: string; name: string } => c);
  const panel = (kind: PanelKind) => () => acts.setPanel(acts.panel === kind ? undefined : kind);
  const down = () => queue.move(1);
  const up = () => queue.move(-1);
  useKeys({
    ...Object.fromEntries([
      ["j", down],
      ["ArrowDown", down],
      ["k", up],
      ["ArrowUp", up],
    ]),
    a: () => acts.pass(),
    z: queue.undoLast,
    r: panel("return"),
    p: panel("park"),
    x: panel("invalid"),
    // While a panel is open its own numbers count.
    ...(acts.panel
      ? {}
      : {
          ...Object.fromEntries(grades.map((g, i) => [String(i + 1), () => acts.setGrade(g)])),
          ...Object.fromEntries(give.map((c, i) => [givers[i] ?? "", () => acts.pass(c)])),
        }),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another lead begins at its top
  useEffect(() => {
    card.current?.scrollTo(0, 0);
  }, [lead.id]);
  return (
    <div className="review-desk">
      <ReviewList entity={entity} queue={queue} current={current} acts={acts} onOpen={queue.setCurrent} />
      <section className="box review-main" aria-label={t("review.card")}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard */}
        <div className="review-scroll" ref={card} tabIndex={0}>
          <ReviewCard entity={entity} item={current} phone={false} keys={givers} onGive={acts.pass} />
        </div>
        <footer className="review-foot">
          {acts.panel && (
            <ReviewPanel
              key={`${lead.id}-${acts.panel}`}
              kind={acts.panel}
              entity={entity}
              lacks={proposedLacks(lead)}
              onDecide={acts.decide}
              onClose={() => acts.setPanel(undefined)}
            />
          )}
          <div className="row review-acts">
            <Grades {...acts} proposed={current.score.grade} keys />
            <button type="button" className={whole ? "btn primary big" : "btn big"} onClick={() => acts.pass()}>
              {t("review.passAs", acts.grade, acts.proposed?.name ?? "")}
              <kbd>A</kbd>
            </button>
            <Opinion value={acts.opinion} onChange={acts.setOpinion} onEnter={() => acts.pass()} />
            <span className="grow" />
            {(["return", "park", "invalid"] as const).map((kind) => (
              <button
                key={kind}
                type="button"
                className={acts.panel === kind ? "btn on" : kind === "return" && !whole ? "btn primary" : "btn"}
                aria-expanded={acts.panel === kind}
                onClick={panel(kind)}
              >
                {t(`review.${kind}`)}
                <kbd>{{ return: "R", park: "P", invalid: "X" }[kind]}</kbd>
              </button>
            ))}
          </div>
          <Legend givers={Math.min(give.length, givers.length)} />
        </footer>
      </section>
    </div>
  );
}

export function Grades(p: { grade: string; setGrade: (g: string) => void; proposed: string; keys?: boolean }) {
  return (
    <fieldset className="grades">
      <legend className="sr">{t("review.grade")}</legend>
      {grades.map((g, i) => (
        <label key={g} className={g === p.grade ? `grade on g-${g}` : "grade"} title={g === p.proposed ? t("review.proposed") : undefined}>
          <input type="radio" name="grade" checked={g === p.grade} onChange={() => p.setGrade(g)} />
          {g}
          {g === p.proposed && <i className="grade-dot" aria-hidden />}
          {p.keys && <kbd>{i + 1}</kbd>}
        </label>
      ))}
    </fieldset>
  );
}

/** 审核意见 of one that passes: asked for only when wanted. */
function Opinion({ value, onChange, onEnter }: { value: string; onChange: (v: string) => void; onEnter: () => void }) {
  const [open, setOpen] = useState(false);
  if (!open && !value)
    return (
      <button type="button" className="btn quiet" onClick={() => setOpen(true)}>
        {t("review.opinionAdd")}
      </button>
    );
  return (
    <input
      className="input review-opinion"
      aria-label={t("review.opinion")}
      placeholder={t("review.opinion")}
      maxLength={500}
      // biome-ignore lint/a11y/noAutofocus: it was asked for just now
      autoFocus
      value={value}
      onChange={(e) => onChange(e.target.value)}
      onBlur={() => setOpen(false)}
      onKeyDown={(e) => {
        if (e.key === "Escape") e.currentTarget.blur();
        if (e.key === "Enter" && !e.nativeEvent.isComposing) onEnter();
      }}
    />
  );
}

const Legend = ({ givers: n }: { givers: number }) => (
  <p className="legend small muted">
    <span className="sr">{t("review.keys")}</span>
    {(
      [
        ["J K", "move"],
        ["A", "pass"],
        ["1–3", "grade"],
        ...(n > 0 ? [[n > 1 ? `4–${3 + n}` : "4", "give"] as const] : []),
        ["R", "return"],
        ["P", "park"],
        ["X", "invalid"],
        ["Z", "undo"],
      ] as const
    ).map(([key, what]) => (
      <span key={what}>
        <kbd>{key}</kbd> {t(`review.key.${what}`)}
      </span>
    ))}
  </p>
);

import { useEffect } from "react";
import { t } from "../../lib/i18n";
import { Dialog } from "../../lib/ui/dialog";
import { IconChevronLeft, IconChevronRight } from "../../lib/ui/icons";
import { lacking, proposedLacks } from "./queue";
import { ReviewCard } from "./review-card";
import { Grades } from "./review-desk";
import { ReviewList } from "./review-list";
import type { BoardProps } from "./review-page";
import { ReviewPanel } from "./review-panel";

type Props = BoardProps & { asList: boolean; onCards: () => void };

/** On a phone: one lead at a time. What decides stands at the thumb, in the same place for the next. */
export function ReviewPhone({ asList, onCards, ...p }: Props) {
  const { entity, queue, current, acts } = p;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another lead begins at its top
  useEffect(() => {
    scrollTo(0, 0);
  }, [current.lead.id]);
  const whole = lacking(current.lead).length === 0;
  if (asList)
    return (
      <ReviewList
        {...p}
        onOpen={(id) => {
          queue.setCurrent(id);
          onCards();
        }}
      />
    );
  return (
    <>
      <div className="box review-one">
        <ReviewCard entity={entity} item={current} phone onGive={acts.pass} />
      </div>
      <div className="thumb">
        <div className="row">
          <button
            type="button"
            className="icon-btn"
            aria-label={t("review.before")}
            disabled={queue.at === 0}
            onClick={() => queue.move(-1)}
          >
            <IconChevronLeft size={20} aria-hidden />
          </button>
          {(["return", "park", "invalid"] as const).map((kind) => (
            <button
              key={kind}
              type="button"
              className={kind === "return" && !whole ? "btn primary grow" : "btn grow"}
              onClick={() => acts.setPanel(kind)}
            >
              {kind === "invalid" ? t("review.invalid") : t(`review.${kind}Short`)}
            </button>
          ))}
          <button
            type="button"
            className="icon-btn"
            aria-label={t("review.after")}
            disabled={queue.at >= queue.items.length - 1}
            onClick={() => queue.move(1)}
          >
            <IconChevronRight size={20} aria-hidden />
          </button>
        </div>
        <div className="row">
          <Grades {...acts} proposed={current.score.grade} />
          <button type="button" className={whole ? "btn primary thumb-pass" : "btn thumb-pass"} onClick={() => acts.pass()}>
            <span className="one-line">{t("review.passAs", acts.grade, acts.proposed?.name ?? "")}</span>
          </button>
        </div>
      </div>
      {acts.panel && (
        <Dialog title={t(`review.${acts.panel}`)} kind="sheet" onClose={() => acts.setPanel(undefined)}>
          <ReviewPanel
            key={acts.panel}
            kind={acts.panel}
            entity={entity}
            lacks={proposedLacks(current.lead)}
            onClose={() => acts.setPanel(undefined)}
            onDecide={acts.decide}
          />
        </Dialog>
      )}
    </>
  );
}

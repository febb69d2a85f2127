import type { ToReview } from "../../api/leads";
import { str } from "../../fields";
import { TimeLeft } from "../../form/time-left";
import { t } from "../../lib/i18n";
import { Badge } from "../../lib/ui/bits";
import { IconAlertTriangle, IconX } from "../../lib/ui/icons";
import { choiceOf, fieldOf } from "../../meta/meta";
import { proposedLacks } from "./queue";
import { ReviewMany } from "./review-many";
import type { BoardProps } from "./review-page";
import { gradeColor } from "./words";

type Props = BoardProps & { onOpen: (id: string) => void };

/** The queue as rows, of which many can be decided about at once. */
export function ReviewList({ entity, queue, current, acts, onOpen }: Props) {
  const { items } = queue;
  const all = items.length > 0 && acts.chosen.length === items.length;
  const source = fieldOf(entity, "source");
  const toggle = (id: string) => acts.choose(acts.chosen.includes(id) ? acts.chosen.filter((x) => x !== id) : [...acts.chosen, id]);
  return (
    <section className="box review-list" aria-label={t("review.list")}>
      <div className="review-list-head">
        {acts.chosen.length > 0 ? (
          <Bulk entity={entity} acts={acts} items={items} />
        ) : (
          <>
            <label className="check">
              <input type="checkbox" checked={all} onChange={() => acts.choose(all ? [] : items.map((x) => x.lead.id))} />
              {t("review.chooseAll")}
            </label>
            <span className="grow" />
            <span className="small muted num">{t("review.of", queue.at + 1, queue.total)}</span>
          </>
        )}
      </div>
      <ul>
        {items.map((x) => (
          <Row
            key={x.lead.id}
            item={x}
            at={x.lead.id === current.lead.id}
            source={(source && choiceOf(source, x.lead.source)?.label) ?? ""}
            chosen={acts.chosen.includes(x.lead.id)}
            onChoose={() => toggle(x.lead.id)}
            onOpen={() => onOpen(x.lead.id)}
          />
        ))}
      </ul>
    </section>
  );
}

const inSight = (el: HTMLElement | null) => {
  el?.scrollIntoView({ block: "nearest" });
};

type RowProps = { item: ToReview; at: boolean; source: string; chosen: boolean; onChoose: () => void; onOpen: () => void };

function Row({ item: { lead, due_at, score, duplicates }, at, source, chosen, onChoose, onOpen }: RowProps) {
  const name = str(lead.company);
  return (
    <li className={at ? "review-row at" : "review-row"} ref={at ? inSight : undefined}>
      <label className="review-check">
        <input type="checkbox" aria-label={t("review.choose", name)} checked={chosen} onChange={onChoose} />
      </label>
      <button type="button" className="review-open" aria-current={at || undefined} onClick={onOpen}>
        <span className="row">
          <b className="one-line grow">{name}</b>
          <Badge color={gradeColor(score.grade)}>
            <span className="num">{`${score.grade} ${score.points}`}</span>
          </Badge>
        </span>
        <span className="row small">
          <span className="one-line grow muted">{[str(lead.contact_name), source].filter(Boolean).join(" · ") || "—"}</span>
          {duplicates.length > 0 && (
            <span className="row warn-ink">
              <IconAlertTriangle size={14} aria-hidden />
              <span className="sr">{t("lead.duplicates")}</span>
            </span>
          )}
          {due_at && <TimeLeft due={due_at} />}
        </span>
      </button>
    </li>
  );
}

function Bulk({ entity, acts, items }: Pick<BoardProps, "entity" | "acts"> & { items: ToReview[] }) {
  const these = items.filter((x) => acts.chosen.includes(x.lead.id));
  const lacks = [...new Set(these.flatMap((x) => proposedLacks(x.lead)))];
  return (
    <div className="row wrap review-bulk" role="toolbar" aria-label={t("review.chosen", acts.chosen.length)}>
      <b className="num">{t("review.chosen", acts.chosen.length)}</b>
      <ReviewMany entity={entity} lacks={lacks} onDecide={acts.bulk} />
      <button type="button" className="icon-btn" aria-label={t("bulk.clear")} onClick={() => acts.choose([])}>
        <IconX size={17} aria-hidden />
      </button>
    </div>
  );
}

import type { Decision } from "../../api/leads";
import type { EntityMeta } from "../../api/types";
import { t } from "../../lib/i18n";
import { Popover } from "../../lib/ui/popover";
import { PickPerson } from "../../meta/pick-person";
import { ReviewPanel } from "./review-panel";

type Props = {
  entity: EntityMeta;
  /** What they lack, chosen before anybody does. */
  lacks: string[];
  onDecide: (d: Decision) => void;
};

/** One decision about many leads: passed as proposed, or to one person; sent back, put aside, or invalid. */
export function ReviewMany({ entity, lacks, onDecide }: Props) {
  return (
    <>
      <button type="button" className="btn small primary" onClick={() => onDecide({ result: "pass", by_rule: true })}>
        {t("review.passBulk")}
      </button>
      <Popover className="btn small" popName={t("review.passTo")} popClass="review-pop" label={t("review.passTo")}>
        {(close) => (
          <PickPerson
            label={t("review.passTo")}
            onPick={({ id }) => {
              close();
              onDecide({ result: "pass", owner_id: id });
            }}
          />
        )}
      </Popover>
      {(["return", "park", "invalid"] as const).map((kind) => (
        <Popover key={kind} className="btn small" popName={t(`review.${kind}`)} popClass="review-pop" label={t(`review.${kind}`)}>
          {(close) => (
            <ReviewPanel
              kind={kind}
              entity={entity}
              lacks={lacks}
              onClose={close}
              onDecide={(d) => {
                close();
                onDecide(d);
              }}
            />
          )}
        </Popover>
      ))}
    </>
  );
}

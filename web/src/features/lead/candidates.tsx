import type { LeadCandidate } from "../../api/leads";
import { t } from "../../lib/i18n";
import { Avatar, Badge } from "../../lib/ui/bits";
import { Popover } from "../../lib/ui/popover";
import { PickPerson } from "../../meta/pick-person";

type Props = {
  list: LeadCandidate[];
  /** Whom it is with already. */
  owner?: { id: string; name: string };
  /** The one proposed. */
  first?: string;
  /** The keys of the rows, in their order. */
  keys?: string[];
  onGive: (to: { id: string; name: string }) => void;
};

/** To whom a lead could be given, the fittest first, and why; one tap gives it. */
export function Candidates({ list, owner, first, keys, onGive }: Props) {
  const stays = owner && !list.some((c) => c.id === owner.id);
  return (
    <ol className="candidates">
      {list.map((c, i) => (
        <li key={c.id} className={c.id === first ? "candidate first" : "candidate"}>
          <Avatar name={c.name} size={30} />
          <div className="grow">
            <p className="row wrap">
              <b>{c.name}</b>
              <span className="num small muted">{t("lead.points", c.points)}</span>
              {c.id === owner?.id && <Badge>{t("review.stays")}</Badge>}
              {c.full && <Badge color="orange">{t("review.full")}</Badge>}
            </p>
            <p className="small muted">{c.reasons.join(" · ")}</p>
          </div>
          <button type="button" className={c.id === first ? "btn small soft" : "btn small"} onClick={() => onGive(c)}>
            {t("review.give")}
            <span className="sr">{t("review.giveTo", c.name)}</span>
            {keys?.[i] && <kbd aria-hidden>{keys[i]}</kbd>}
          </button>
        </li>
      ))}
      {stays && (
        <li className="candidate">
          <Avatar name={owner.name} size={30} />
          <p className="grow row wrap">
            <b>{owner.name}</b>
            <Badge>{t("review.stays")}</Badge>
          </p>
          <button type="button" className="btn small" onClick={() => onGive(owner)}>
            {t("review.give")}
            <span className="sr">{t("review.giveTo", owner.name)}</span>
            {keys?.[list.length] && <kbd aria-hidden>{keys[list.length]}</kbd>}
          </button>
        </li>
      )}
      <li className="candidate-more">
        <Popover className="btn small quiet" popName={t("review.someone")} popClass="bulk-pop" label={t("review.someone")}>
          {(close) => (
            <PickPerson
              label={t("review.someone")}
              onPick={(to) => {
                close();
                onGive(to);
              }}
            />
          )}
        </Popover>
      </li>
    </ol>
  );
}

import { Link } from "@tanstack/react-router";
import { type ReactNode, useId } from "react";
import type { ToReview } from "../../api/leads";
import type { EntityMeta } from "../../api/types";
import { str } from "../../fields";
import { TimeLeft } from "../../form/time-left";
import { formatInstant } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Badge } from "../../lib/ui/bits";
import { IconAlertTriangle, IconExternalLink, IconPhone } from "../../lib/ui/icons";
import { refOf } from "../../meta/meta";
import { Review } from "../../record/timeline/timeline";
import { Candidates } from "./candidates";
import { Decision } from "./decision";
import { Known } from "./known";
import { fittest, lacking } from "./queue";
import { Score } from "./score";
import { Twins } from "./twins";
import { dial, maskedPhone, useFieldNames } from "./words";

const facts = [
  "contact_name",
  "title",
  "phone",
  "email",
  "wechat",
  "source",
  "source_detail",
  "referred_by",
  "acquired_at",
  "received_by",
  "lead_type",
  "industry",
  "region",
  "address",
  "budget",
  "budget_max",
  "purchase_on",
  "tags",
  "remark",
];

type Props = {
  entity: EntityMeta;
  item: ToReview;
  phone: boolean;
  keys?: string[];
  onGive: (to: { id: string; name: string }) => void;
};

/** All that a decision about a lead needs: what is known, what speaks for it, who could have it, who it may be already. */
export function ReviewCard({ entity, item, phone, keys, onGive }: Props) {
  const { lead } = item;
  const names = useFieldNames();
  const id = useId();
  const missing = lacking(lead);
  const about = (
    <>
      {str(lead.need) && (
        <Part title={t("lead.need")}>
          <p className="pre lead-need">{str(lead.need)}</p>
        </Part>
      )}
      {str(lead.decision) && (
        <Part title={t("lead.decision")}>
          <Decision text={str(lead.decision)} />
        </Part>
      )}
    </>
  );
  const known = (
    <Part title={t("lead.facts")}>
      <Known entity={entity} rec={lead} names={facts} />
    </Part>
  );
  const score = (
    <Part title={t("lead.score")}>
      <Score score={item.score} />
    </Part>
  );
  const to = (
    <Part title={t("lead.candidates")}>
      <Candidates list={item.candidates} owner={refOf(lead, "owner_id")} first={fittest(item.candidates)?.id} keys={keys} onGive={onGive} />
    </Part>
  );
  const history = item.history.length > 0 && (
    <Part title={t("lead.history")}>
      <ul className="review-history">
        {item.history.map((r) => (
          <li key={r.id}>
            <p className="small muted">
              {refOf(r, "created_by")?.name} · {formatInstant(str(r.created_at))}
            </p>
            <Review r={r} />
          </li>
        ))}
      </ul>
    </Part>
  );
  return (
    <article className="review-card" aria-labelledby={id}>
      <Head item={item} id={id} />
      {missing.length > 0 && (
        <p className="note bad row">
          <IconAlertTriangle size={17} aria-hidden />
          {t("review.lacks", names(missing))}
        </p>
      )}
      {item.duplicates.length > 0 && (
        <section className="note" aria-label={t("lead.duplicates")}>
          <p className="row">
            <IconAlertTriangle size={17} aria-hidden />
            <b>{t("lead.duplicates")}</b>
          </p>
          <Twins list={item.duplicates} />
        </section>
      )}
      {phone ? (
        <>
          {about}
          {to}
          {score}
          {known}
          {history}
        </>
      ) : (
        <div className="review-cols">
          <div>
            {about}
            {known}
            {history}
          </div>
          <div>
            {score}
            {to}
          </div>
        </div>
      )}
    </article>
  );
}

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className="part" aria-label={title}>
    <h3>{title}</h3>
    {children}
  </section>
);

function Head({ item: { lead, due_at }, id }: { item: ToReview; id: string }) {
  return (
    <header className="review-head">
      <div className="row wrap">
        {due_at ? <TimeLeft due={due_at} /> : <Badge>{t("review.noClock")}</Badge>}
        {lead.late === true && <Badge color="orange">{t("timeline.late")}</Badge>}
        {Number(lead.returns) > 0 && (
          <Badge color="violet">
            {t("review.key.return")} × {Number(lead.returns)}
          </Badge>
        )}
      </div>
      <h2 id={id}>
        <Link to="/leads/$id" params={{ id: lead.id }}>
          {str(lead.company)}
          <IconExternalLink size={15} aria-hidden />
        </Link>
      </h2>
      <p className="row wrap">
        <span>
          {str(lead.contact_name)} {str(lead.title) && <span className="muted">{str(lead.title)}</span>}
        </span>
        {!maskedPhone(lead) && (
          <a className="btn small" href={dial(lead)}>
            <IconPhone size={15} aria-hidden />
            <span className="num">{str(lead.phone)}</span>
          </a>
        )}
      </p>
    </header>
  );
}

import { lazy, Suspense, useState } from "react";
import { gradeLead } from "../../api/leads";
import type { EntityMeta, Rec } from "../../api/types";
import { blank, str } from "../../fields";
import { openFollow, openForm, openPlan } from "../../form/open";
import { t } from "../../lib/i18n";
import { Badge } from "../../lib/ui/bits";
import { IconCalendarPlus, IconChevronDown, IconDots, IconMessageCircle, IconPencil, IconPhone, IconUsers } from "../../lib/ui/icons";
import { MenuItem, Popover } from "../../lib/ui/popover";
import { toast, toastError } from "../../lib/ui/toast";
import { choiceOf, fieldOf, may, titleOf, useEntity } from "../../meta/meta";
import { ArchiveItem } from "../../record/detail/archive-item";
import { RecordMenu } from "../../record/record-menu";
import { Whose } from "../../record/whose";
import { logsNow, reviews } from "./lead-now";
import { LeadState } from "./lead-state";
import { openStates } from "./queue";
import { refreshLeads } from "./use-queue";
import { dial, gradeColor, maskedPhone } from "./words";

const Convert = lazy(() => import("./convert-sheet"));

type Props = { entity: EntityMeta; rec: Rec; worked: boolean; composer: boolean; onGone: () => void };

/** Who it is, where it stands, whose it is, and what can be done. */
export function LeadHead({ entity, rec, worked, composer, onGone }: Props) {
  const [converting, setConverting] = useState(false);
  const customer = useEntity("customer");
  const name = titleOf(entity, rec);
  const lead = { id: rec.id, name };
  const source = fieldOf(entity, "source");
  const can = rec._can?.edit !== false && !rec._archived;
  const converted = !blank(rec.converted_at);
  const again = () => refreshLeads([rec.id]);
  // The first plan is what is to be done now, and stands below.
  const first = rec.state === "todo" && blank(rec.next_followup_at);
  const convertible = can && !converted && (openStates.includes(str(rec.state)) || rec.state === "won");
  return (
    <header className="c-head">
      <div className="row wrap c-title-row">
        <h1>{name}</h1>
        <LeadState entity={entity} rec={rec} />
        <Grade rec={rec} />
        {rec.late === true && <Badge color="orange">{t("timeline.late")}</Badge>}
        {rec._archived && <Badge>{t("archived.is")}</Badge>}
      </div>
      <div className="row wrap c-sub small">
        <span>
          {str(rec.contact_name)} {str(rec.title) && <span className="muted">{str(rec.title)}</span>}
        </span>
        {source && !blank(rec.source) && (
          <span className="muted">
            {choiceOf(source, rec.source)?.label} {str(rec.source_detail)}
          </span>
        )}
        <Whose entity={entity} rec={rec} />
      </div>
      <div className="row wrap c-acts no-print">
        {!composer && worked && !logsNow(rec) && (
          <button type="button" className={first ? "btn" : "btn primary"} onClick={() => openFollow({ lead, onSaved: again })}>
            <IconMessageCircle size={17} aria-hidden />
            {t("follow")}
          </button>
        )}
        {worked && !first && (
          <button type="button" className="btn" onClick={() => openPlan({ lead, onSaved: again })}>
            <IconCalendarPlus size={17} aria-hidden />
            {t("nav.plan")}
          </button>
        )}
        {!maskedPhone(rec) && (
          <a
            className="btn"
            href={dial(rec)}
            onClick={() => worked && setTimeout(() => openFollow({ lead, way: "call", onSaved: again }), 800)}
          >
            <IconPhone size={17} aria-hidden />
            {t("call")}
          </a>
        )}
        {convertible && (may(customer, "create") || may(customer, "edit")) && (
          <button type="button" className={rec.state === "won" ? "btn primary" : "btn"} onClick={() => setConverting(true)}>
            <IconUsers size={17} aria-hidden />
            {t("lead.convert")}
          </button>
        )}
        {can && !converted && (
          <button type="button" className="btn" onClick={() => openForm({ entity: entity.name, rec })}>
            <IconPencil size={16} aria-hidden />
            {t("edit")}
          </button>
        )}
        <Popover menu name={t("more")} className="btn icon-only" side="end" label={<IconDots size={18} aria-hidden />}>
          {() => (
            <>
              <RecordMenu entity={entity} rec={rec} />
              <ArchiveItem entity={entity} rec={rec} onGone={onGone} />
            </>
          )}
        </Popover>
      </div>
      <Suspense>{converting && <Convert rec={rec} onClose={() => setConverting(false)} />}</Suspense>
    </header>
  );
}

/** The grade, which who reviews may change while the lead is worked. */
function Grade({ rec }: { rec: Rec }) {
  const grade = str(rec.grade);
  if (!grade) return null;
  const chip = `grade-chip c-${gradeColor(grade)}`;
  if (!reviews(rec) || !openStates.includes(str(rec.state)) || !blank(rec.converted_at)) return <span className={chip}>{grade}</span>;
  const change = async (to: string) => {
    if (to === grade) return;
    try {
      await gradeLead(rec.id, to);
      refreshLeads([rec.id]);
      toast(t("lead.regraded", to), { undo: () => void gradeLead(rec.id, grade).then(() => refreshLeads([rec.id]), toastError) });
    } catch (e) {
      toastError(e);
    }
  };
  return (
    <Popover
      menu
      className={chip}
      popName={t("review.grade")}
      label={
        <>
          {grade}
          <IconChevronDown size={14} aria-hidden />
        </>
      }
    >
      {() =>
        ["A", "B", "C"].map((g) => (
          <MenuItem key={g} checked={g === grade} icon={<i className={`dot c-${gradeColor(g)}`} />} onClick={() => void change(g)}>
            {g}
          </MenuItem>
        ))
      }
    </Popover>
  );
}

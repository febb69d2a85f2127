import type { EntityMeta, Rec } from "../../api/types";
import { blank, Show, str } from "../../fields";
import { openFollow, openForm, openPlan } from "../../form/open";
import { t } from "../../lib/i18n";
import { IconCalendarPlus, IconDots, IconMessageCircle, IconPencil, IconPhone, IconUserShare } from "../../lib/ui/icons";
import { MenuItem, Popover } from "../../lib/ui/popover";
import { fieldOf, titleOf } from "../../meta/meta";
import { ArchiveItem } from "../../record/detail/archive-item";
import { openWhose } from "../../record/open";
import { RecordMenu } from "../../record/record-menu";
import { Whose } from "../../record/whose";
import { StageMenu } from "./stage-menu";

type Props = { entity: EntityMeta; rec: Rec; phone?: string; composer?: boolean; onGone: () => void };

/** Who it is, how it stands, whose it is, and what can be done. */
export function CustomerHead({ entity, rec, phone, composer, onGone }: Props) {
  const name = titleOf(entity, rec);
  const grade = fieldOf(entity, "grade");
  const can = rec._can?.edit !== false && !rec._archived;
  const code = str(rec.code);
  return (
    <header className="c-head">
      <div className="row wrap c-title-row">
        <h1>{name}</h1>
        <StageMenu entity={entity} rec={rec} />
        {grade && !blank(rec.grade) && (
          <span className="row" title={grade.label}>
            <Show field={grade} rec={rec} />
          </span>
        )}
        {rec._archived && <span className="badge c-gray">{t("archived.is")}</span>}
      </div>
      <div className="row wrap c-sub small">
        {code && <span className="muted num">{code}</span>}
        <Whose entity={entity} rec={rec} />
      </div>
      <div className="row wrap c-acts no-print">
        {!composer && can && (
          <button type="button" className="btn primary" onClick={() => openFollow({ customer: { id: rec.id, name } })}>
            <IconMessageCircle size={17} aria-hidden />
            {t("follow")}
          </button>
        )}
        {phone && (
          <a
            className="btn"
            href={`tel:${phone.replace(/[^\d+]/g, "")}`}
            onClick={() => setTimeout(() => openFollow({ customer: { id: rec.id, name }, way: "call" }), 800)}
          >
            <IconPhone size={17} aria-hidden />
            {t("call")}
          </a>
        )}
        {can && (
          <button type="button" className="btn" onClick={() => openForm({ entity: entity.name, rec })}>
            <IconPencil size={16} aria-hidden />
            {t("edit")}
          </button>
        )}
        <Popover menu name={t("more")} className="btn icon-only" side="end" label={<IconDots size={18} aria-hidden />}>
          {() => (
            <>
              {rec._can?.assign !== false && !rec._archived && (
                <MenuItem icon={<IconUserShare size={17} />} onClick={() => openWhose({ what: "assign", entity, rec })}>
                  {t("assign")}
                </MenuItem>
              )}
              {can && (
                <MenuItem icon={<IconCalendarPlus size={17} />} onClick={() => openPlan({ customer: { id: rec.id, name } })}>
                  {t("nav.plan")}
                </MenuItem>
              )}
              <RecordMenu entity={entity} rec={rec} />
              <ArchiveItem entity={entity} rec={rec} onGone={onGone} />
            </>
          )}
        </Popover>
      </div>
    </header>
  );
}

import { Link } from "@tanstack/react-router";
import type { CalendarItem } from "../../api/work";
import { openFollow, openMove } from "../../form/open";
import { dayOf, timeOf } from "../../lib/dates";
import { formatLongDay } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Avatar, Badge } from "../../lib/ui/bits";
import { Dialog } from "../../lib/ui/dialog";
import { IconCheck, IconClock, IconExternalLink } from "../../lib/ui/icons";
import { entityByName, useMeta } from "../../meta/meta";

/** Something in the calendar, with what can be done about it. */
export function ItemSheet({ item: x, onClose }: { item: CalendarItem; onClose: () => void }) {
  const entity = entityByName(useMeta(), x.entity);
  const open = x.type === "followup" && x.state === "planned";
  const then = (act: () => void) => () => {
    onClose();
    act();
  };
  const day = x.all_day ? x.start.slice(0, 10) : dayOf(new Date(x.start));
  return (
    <Dialog
      title={x.title}
      kind="sheet"
      onClose={onClose}
      footer={
        <>
          {entity && (
            <Link to="/$path/$id" params={{ path: entity.path, id: x.record }} className="btn" onClick={onClose}>
              <IconExternalLink size={17} aria-hidden />
              {t("open")}
            </Link>
          )}
          {x.movable && (
            <button type="button" className="btn" onClick={then(() => openMove({ id: x.record, title: x.title, at: x.start }))}>
              <IconClock size={17} aria-hidden />
              {t("calendar.move")}
            </button>
          )}
          {open && (
            <button
              type="button"
              className="btn primary"
              onClick={then(() =>
                openFollow({ customer: x.customer ?? undefined, lead: (!x.customer && x.lead) || undefined, plan: { id: x.record } }),
              )}
            >
              <IconCheck size={17} aria-hidden />
              {t("todo.complete")}
            </button>
          )}
        </>
      }
    >
      <div className="stack">
        <p className="row wrap">
          <b>
            {formatLongDay(day)} {!x.all_day && timeOf(new Date(x.start))}
            {!x.all_day && x.end && ` – ${timeOf(new Date(x.end))}`}
          </b>
          {x.type === "followup" && (
            <Badge color={x.state === "done" ? "green" : x.state === "cancelled" ? "gray" : "blue"}>
              {t(`plan.${x.state as "planned"}`)}
            </Badge>
          )}
        </p>
        {x.customer && (
          <p>
            <Link to="/customers/$id" params={{ id: x.customer.id }} onClick={onClose}>
              {x.customer.name}
            </Link>
          </p>
        )}
        {!x.customer && x.lead && (
          <p>
            <Link to="/$path/$id" params={{ path: "leads", id: x.lead.id }} onClick={onClose}>
              {x.lead.name}
            </Link>
          </p>
        )}
        {x.owner && (
          <p className="row">
            <Avatar name={x.owner.name} size={22} />
            {x.owner.name}
          </p>
        )}
      </div>
    </Dialog>
  );
}

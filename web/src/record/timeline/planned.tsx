import type { Rec } from "../../api/types";
import { str } from "../../fields";
import { openFollow, openMove } from "../../form/open";
import { TimeLeft } from "../../form/time-left";
import { formatInstant } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Badge } from "../../lib/ui/bits";
import { IconMapPin } from "../../lib/ui/icons";
import { refOf, refsOf } from "../../meta/meta";
import "../../form/work.css";

/** A follow-up that is planned, or was given up, as it stands on the timeline of whom it is with. */
export default function Planned({ r, way }: { r: Rec; way: string }) {
  const open = r.state === "planned";
  const at = str(r.planned_at);
  const purpose = str(r.purpose);
  const about = { customer: refOf(r, "customer_id"), lead: refOf(r, "customer_id") ? undefined : refOf(r, "lead_id") };
  const title = purpose || `${way} ${formatInstant(at)}`;
  const others = refsOf(r, "participant_ids").map((u) => u.name);
  const times = Number(r.postponed) || 0;
  return (
    <div className="event-body">
      <p className="row wrap">
        <b>{way}</b>
        <Badge color={open ? "blue" : "gray"}>{t(open ? "plan.planned" : "plan.cancelled")}</Badge>
        <b className="num">{formatInstant(at)}</b>
        {open && <TimeLeft due={at} />}
        {times > 0 && <Badge color="orange">{t("todo.postponed", times)}</Badge>}
      </p>
      {purpose && <p className="pre">{purpose}</p>}
      {(str(r.place) || others.length > 0) && (
        <p className="small muted row wrap">
          {str(r.place) && <IconMapPin size={14} aria-hidden />}
          {str(r.place)} {others.join(t("list.comma"))}
        </p>
      )}
      {!open && str(r.cancel_reason) && <p className="small muted">{str(r.cancel_reason)}</p>}
      {open && (
        <p className="row wrap no-print plan-acts">
          <button
            type="button"
            className="btn small soft"
            onClick={() => openFollow({ ...about, plan: { id: r.id, way: str(r.way), purpose } })}
          >
            {t("todo.complete")}
          </button>
          <button type="button" className="btn small" onClick={() => openMove({ id: r.id, title, at })}>
            {t("postpone")}
          </button>
          <button type="button" className="btn small quiet" onClick={() => openMove({ id: r.id, title, at, cancel: true })}>
            {t("cancel.plan")}
          </button>
        </p>
      )}
    </div>
  );
}

import type { DragEvent } from "react";
import type { CalendarItem, SpecialDays } from "../../api/work";
import { timeOf } from "../../lib/dates";
import { t } from "../../lib/i18n";
import { IconCake, IconCheck, IconClock } from "../../lib/ui/icons";

/** What is set apart by law: 休 of a holiday, 班 of a weekend's day on which one works. */
export function DayMark({ special, day }: { special: SpecialDays; day: string }) {
  const s = special[day];
  if (!s) return null;
  return (
    <span className={s.off ? "day-mark off" : "day-mark on"} title={s.name}>
      {s.off ? t("calendar.off") : t("calendar.on")}
      <span className="day-name">{s.name}</span>
    </span>
  );
}

const icons = { followup: undefined, birthday: IconCake, clock: IconClock };
const moving = "application/x-genjin-plan";
let dragged: CalendarItem | undefined;

/** Takes the plan that is dropped somewhere. */
export const dropped = (e: DragEvent): CalendarItem | undefined => (e.dataTransfer.types.includes(moving) ? dragged : undefined);
/** Whether what is dragged may be dropped: browsers want to be told. */
export function allowDrop(e: DragEvent) {
  if (!e.dataTransfer.types.includes(moving)) return;
  e.preventDefault();
  e.dataTransfer.dropEffect = "move";
}

type Props = {
  item: CalendarItem;
  team?: boolean;
  style?: React.CSSProperties;
  className?: string;
  /** How many lines of text it has room for; one unless given. */
  lines?: number;
  onOpen: (x: CalendarItem) => void;
};

/** Something in the calendar: a tap opens it, a mouse drags it. */
export function Event({ item: x, team, style, className = "", lines, onOpen }: Props) {
  const Icon = x.state === "done" ? IconCheck : icons[x.type];
  return (
    <button
      type="button"
      className={`cal-event c-${x.color || "blue"} s-${x.state} ${className}`}
      style={style}
      title={`${x.all_day ? "" : `${timeOf(new Date(x.start))} `}${x.title}`}
      draggable={x.movable}
      onDragStart={(e) => {
        dragged = x;
        e.dataTransfer.setData(moving, x.id);
        e.dataTransfer.effectAllowed = "move";
      }}
      onClick={(e) => {
        e.stopPropagation();
        onOpen(x);
      }}
    >
      <span className={lines ? "cal-in" : "cal-line"} style={lines ? { WebkitLineClamp: lines } : undefined}>
        {Icon && <Icon size={13} aria-hidden />} {!x.all_day && <span className="num">{timeOf(new Date(x.start))}</span>}{" "}
        <span className="cal-title">{(className.includes("side") && (x.customer ?? x.lead)?.name) || x.title}</span>{" "}
        {team && x.owner && <span className="cal-owner">{x.owner.name}</span>}
        {x.state === "done" && <span className="sr">{t("plan.done")}</span>}
      </span>
    </button>
  );
}

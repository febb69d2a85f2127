import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { outbox } from "../api/outbox";
import type { Todo } from "../api/work";
import { formatInstant } from "../lib/format";
import { type PlainKey, t } from "../lib/i18n";
import { usePhone } from "../lib/screen";
import { useStore } from "../lib/store";
import { Avatar, Badge } from "../lib/ui/bits";
import {
  IconBan,
  IconBell,
  IconCalendarPlus,
  IconCheck,
  IconCheckbox,
  IconClock,
  IconDots,
  IconMapPin,
  IconMessageCircle,
  IconPencil,
  IconPhone,
  IconUserShare,
} from "../lib/ui/icons";
import { MenuItem, Popover } from "../lib/ui/popover";
import { toastError } from "../lib/ui/toast";
import { openFollow, openMove, openPlan } from "./open";
import { TimeLeft } from "./time-left";

import "./todo-row.css";
import "./work.css";

/** What a tick says, where it says more than that it is done. */
const ticks: Record<string, PlainKey> = { "customer.verify": "todo.done.verify", "birthday.care": "todo.done.birthday" };

const acts = () => import("./todo-acts");
const AssignDialog = lazy(async () => ({ default: (await acts()).AssignDialog }));
const NudgeDialog = lazy(async () => ({ default: (await acts()).NudgeDialog }));

/** Writing down what came of it: of the plan, or simply of the customer or lead that must hear from somebody. */
const follow = (item: Todo, way?: string) =>
  openFollow({
    customer: item.customer ?? undefined,
    lead: (!item.customer && item.lead) || undefined,
    way: way ?? item.followup?.way,
    plan:
      item.entity === "followup" ? { id: item.record, way: way ?? item.followup?.way, purpose: item.followup?.purpose ?? "" } : undefined,
  });

/** The customer or lead it is about: there stands all that one wants to know first. */
const whereTo = ({ customer, lead, path, record }: Todo) =>
  customer ? { path: "customers", id: customer.id } : lead ? { path: "leads", id: lead.id } : { path, id: record };

/** One thing to do: what and until when, and what can be done about it at once. */
export function TodoRow({ item, team }: { item: Todo; team?: boolean }) {
  const [dialog, setDialog] = useState<"nudge" | "assign">();
  const waits = useStore(outbox).some((e) => e.plan === item.record);
  const can = (action: Todo["actions"][number]) => item.actions.includes(action) && !waits;
  const phone = usePhone();
  const nudges = team && can("nudge");
  return (
    <li className={item.overdue ? "todo-row over" : "todo-row"}>
      <div className="todo-what">
        <p className="row wrap">
          <Link to="/$path/$id" params={whereTo(item)} className="todo-title">
            {item.title}
          </Link>
          {waits ? <Badge color="orange">{t("outbox.waiting")}</Badge> : <TimeLeft due={item.due_at} />}
        </p>
        <Facts item={item} team={team} />
      </div>
      <div className="todo-acts">
        {can("done") && (
          <button type="button" className="btn soft" onClick={() => void acts().then((a) => a.ticked(item), toastError)}>
            <IconCheck size={17} aria-hidden />
            {t(ticks[item.kind] ?? "todo.done")}
          </button>
        )}
        {can("review") && (
          <Link to="/review" search={{ lead: item.record }} className="btn soft">
            <IconCheckbox size={17} aria-hidden />
            {t("todo.review")}
          </Link>
        )}
        {can("supplement") && (
          <Link to="/$path/$id" params={whereTo(item)} className="btn soft">
            <IconPencil size={17} aria-hidden />
            {t("todo.supplement")}
          </Link>
        )}
        {can("plan") && item.lead && (
          <button type="button" className="btn soft" onClick={() => openPlan({ lead: item.lead ?? undefined })}>
            <IconCalendarPlus size={17} aria-hidden />
            {t("plan")}
          </button>
        )}
        {(can("complete") || can("record")) && (
          <button type="button" className={can("done") ? "btn" : "btn soft"} onClick={() => follow(item)}>
            {can("complete") ? <IconCheck size={17} aria-hidden /> : <IconMessageCircle size={17} aria-hidden />}
            {can("complete") ? t("todo.complete") : t("follow")}
          </button>
        )}
        {can("postpone") && (
          <button type="button" className="btn" onClick={() => openMove({ id: item.record, title: item.title, at: item.due_at })}>
            <IconClock size={17} aria-hidden />
            {t("postpone")}
          </button>
        )}
        {item.phone && !item.phone_masked && (
          <a
            className="btn icon-only"
            href={`tel:${item.phone.replace(/[^\d+]/g, "")}`}
            aria-label={`${t("call")} ${item.title}`}
            onClick={() => (can("complete") || can("record")) && setTimeout(() => follow(item, "call"), 800)}
          >
            <IconPhone size={18} aria-hidden />
          </a>
        )}
        {nudges && !phone && (
          <button type="button" className="btn" onClick={() => setDialog("nudge")}>
            <IconBell size={17} aria-hidden />
            {t("todo.nudge")}
          </button>
        )}
        <More item={item} can={can} nudges={nudges && phone} onDialog={setDialog} />
      </div>
      <Suspense>
        {dialog === "nudge" && <NudgeDialog item={item} onClose={() => setDialog(undefined)} />}
        {dialog === "assign" && <AssignDialog item={item} onClose={() => setDialog(undefined)} />}
      </Suspense>
    </li>
  );
}

function Facts({ item, team }: { item: Todo; team?: boolean }) {
  const { followup: plan } = item;
  return (
    <>
      <p className="row wrap small todo-facts">
        <Badge>{plan?.way_label ? `${item.kind_label} · ${plan.way_label}` : item.kind_label}</Badge>
        <span className="num">{formatInstant(item.due_at)}</span>
        {team && (
          <span className="row">
            <Avatar name={item.owner.name} size={18} />
            {item.owner.name}
          </span>
        )}
        {plan && plan.postponed > 0 && <Badge color="orange">{t("todo.postponed", plan.postponed)}</Badge>}
        {plan?.place && (
          <span className="row muted">
            <IconMapPin size={14} aria-hidden />
            {plan.place}
          </span>
        )}
      </p>
      {item.subtitle && <p className="small todo-said">{item.subtitle}</p>}
    </>
  );
}

type MoreProps = { item: Todo; can: (a: Todo["actions"][number]) => boolean; nudges?: boolean; onDialog: (d: "nudge" | "assign") => void };

function More({ item, can, nudges, onDialog }: MoreProps) {
  if (!nudges && !can("cancel") && !can("assign") && !can("snooze")) return null;
  return (
    <Popover
      menu
      name={t("more.of", item.title)}
      popName={t("more")}
      className="btn icon-only quiet"
      side="end"
      label={<IconDots size={18} aria-hidden />}
    >
      {() => (
        <>
          {nudges && (
            <MenuItem icon={<IconBell size={17} />} onClick={() => onDialog("nudge")}>
              {t("todo.nudge")}
            </MenuItem>
          )}
          {can("snooze") && (
            <MenuItem icon={<IconBell size={17} />} onClick={() => void acts().then((a) => a.later(item, 60), toastError)}>
              {t("todo.snooze")}
            </MenuItem>
          )}
          {can("assign") && (
            <MenuItem icon={<IconUserShare size={17} />} onClick={() => onDialog("assign")}>
              {t("todo.assign")}
            </MenuItem>
          )}
          {can("cancel") && (
            <MenuItem
              icon={<IconBan size={17} />}
              danger
              onClick={() => openMove({ id: item.record, title: item.title, at: item.due_at, cancel: true })}
            >
              {t("cancel.plan")}
            </MenuItem>
          )}
        </>
      )}
    </Popover>
  );
}

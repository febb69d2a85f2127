import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { reachesOthers } from "../../api/session";
import { type CalendarItem, calendar, type SpecialDays } from "../../api/work";
import { openMove, openPlan } from "../../form/open";
import { today } from "../../lib/dates";
import { formatLongDay, formatMonth } from "../../lib/format";
import { t } from "../../lib/i18n";
import { usePhone } from "../../lib/screen";
import { Chips, Failed } from "../../lib/ui/bits";
import { IconCalendarPlus, IconChevronLeft, IconChevronRight } from "../../lib/ui/icons";
import { useUserOptions } from "../../meta/directory";
import { may, useEntity } from "../../meta/meta";
import { Agenda } from "./agenda";
import type { CalendarSearch, CalendarView } from "./calendar-search";
import { ItemSheet } from "./item-sheet";
import { daysOf, step } from "./layout";
import { Month } from "./month";
import { Week } from "./week";
import "./calendar.css";

const route = getRouteApi("/calendar");
const views: CalendarView[] = ["day", "week", "month"];

/** What the views of the calendar are given. */
export type ViewProps = {
  days: string[];
  /** The day that is looked at. */
  day: string;
  items: CalendarItem[];
  special: SpecialDays;
  team: boolean;
  onOpen: (x: CalendarItem) => void;
  /** A plan was dragged to another time. */
  onMove: (x: CalendarItem, to: string) => void;
  onDay: (day: string) => void;
  /** A free time was chosen; missing where nothing may be planned. */
  onFree?: (instant: string) => void;
};

/** 日历: plans, birthdays and terms by day, week or month; what is planned can be dragged to another time, or moved in words. */
export default function CalendarPage() {
  const phone = usePhone();
  const search: CalendarSearch = route.useSearch();
  const navigate = route.useNavigate();
  const followup = useEntity("followup");
  const [open, setOpen] = useState<CalendarItem>();
  const view = search.view ?? (phone ? "day" : "week");
  const day = search.day ?? today();
  const days = daysOf(view, day);
  const scope = search.scope ?? "mine";
  const q = useQuery({
    queryKey: ["calendar", days[0], days.length, scope, search.user ?? ""],
    queryFn: () => calendar({ from: days[0] ?? day, to: days.at(-1) ?? day, scope, user: search.user }),
    placeholderData: (before) => before,
  });
  const go = (patch: CalendarSearch) => void navigate({ search: (s: CalendarSearch) => ({ ...s, ...patch }), replace: true });
  const shown: ViewProps = {
    days,
    day,
    items: q.data?.items ?? [],
    special: q.data?.days ?? {},
    team: search.scope === "team",
    onOpen: setOpen,
    onMove: (x, to) => openMove({ id: x.record, title: x.title, at: x.start, to }),
    onDay: (d) => go({ day: d, view: phone ? search.view : "day" }),
    onFree: may(followup, "create") ? (at) => openPlan({ at }) : undefined,
  };
  return (
    <div className="page-pad calendar">
      <Head view={view} day={day} days={days} go={go} search={search} mayPlan={may(followup, "create")} />
      {q.error && !q.data ? <Failed error={q.error} retry={() => void q.refetch()} /> : <View view={view} phone={phone} {...shown} />}
      {open && <ItemSheet item={open} onClose={() => setOpen(undefined)} />}
    </div>
  );
}

function View({ view, phone, ...p }: ViewProps & { view: CalendarView; phone: boolean }) {
  if (view === "month") return <Month {...p} small={phone} />;
  return phone ? <Agenda {...p} strip={view === "day"} /> : <Week {...p} />;
}

type HeadProps = {
  view: CalendarView;
  day: string;
  days: string[];
  search: CalendarSearch;
  mayPlan: boolean;
  go: (patch: CalendarSearch) => void;
};

function Head({ view, day, days, search, mayPlan, go }: HeadProps) {
  const users = useUserOptions();
  const said =
    view === "month"
      ? formatMonth(day)
      : view === "day"
        ? formatLongDay(day)
        : `${formatLongDay(days[0] ?? day)} – ${formatLongDay(days.at(-1) ?? day)}`;
  return (
    <header className="head cal-head">
      <h1>{t("calendar")}</h1>
      <div className="row cal-step">
        <button type="button" className="icon-btn" aria-label={t("calendar.before")} onClick={() => go({ day: step(view, day, -1) })}>
          <IconChevronLeft size={20} aria-hidden />
        </button>
        <button type="button" className="btn" disabled={days.includes(today()) && view !== "month"} onClick={() => go({ day: undefined })}>
          {t("day.today")}
        </button>
        <button type="button" className="icon-btn" aria-label={t("calendar.after")} onClick={() => go({ day: step(view, day, 1) })}>
          <IconChevronRight size={20} aria-hidden />
        </button>
        <b className="cal-said" aria-live="polite">
          {said}
        </b>
      </div>
      <div className="row cal-tools">
        {reachesOthers() && (
          <select
            className="input"
            aria-label={t("home.scope")}
            value={search.scope ? (search.user ?? "team") : ""}
            onChange={({ target: { value } }) =>
              go({ scope: value ? "team" : undefined, user: value && value !== "team" ? value : undefined })
            }
          >
            <option value="">{t("home.own")}</option>
            <option value="team">{t("home.team")}</option>
            {users.map((u) => (
              <option key={u.value} value={u.value}>
                {u.label}
              </option>
            ))}
          </select>
        )}
        <Chips
          label={t("calendar.view")}
          hideLabel
          value={view}
          options={views.map((v) => ({ value: v, label: t(`calendar.${v}`) }))}
          onChange={(v) => go({ view: v })}
        />
        {mayPlan && (
          <button type="button" className="btn primary" onClick={() => openPlan()}>
            <IconCalendarPlus size={17} aria-hidden />
            {t("plan")}
          </button>
        )}
      </div>
    </header>
  );
}

import { permits as mayDo, reachesOthers } from "../api/session";
import type { Meta } from "../api/types";
import type { PlainKey } from "../lib/i18n";
import {
  IconAddressBook,
  IconCalendarEvent,
  IconChartBar,
  IconCheckbox,
  IconClock,
  IconFileImport,
  IconFolder,
  IconHome,
  IconListCheck,
  IconMessageCircle,
  IconNotes,
  IconRipple,
  IconSettings,
  IconSitemap,
  IconTargetArrow,
  IconUsers,
} from "../lib/ui/icons";
import { may } from "../meta/meta";

export type NavItem = { to: string; label?: string; key?: PlainKey; Icon: typeof IconHome; hot?: string; counted?: boolean };

const icons: Record<string, typeof IconHome> = {
  lead: IconTargetArrow,
  customer: IconUsers,
  contact: IconAddressBook,
  followup: IconMessageCircle,
};
const order = ["lead", "customer", "contact", "followup"];
const rank = (name: string) => (order.indexOf(name) + 1 || 99) as number;

/** The places of the page: the workbench, the list of every entity this user may see, and what keeps them running. */
export function navItems(meta: Meta | undefined): NavItem[] {
  const entities = (meta?.entities ?? []).filter((e) => e.worked).sort((a, b) => rank(a.name) - rank(b.name));
  const user = meta?.entities.find((e) => e.name === "user");
  const customer = meta?.entities.find((e) => e.name === "customer");
  const lead = meta?.entities.find((e) => e.name === "lead");
  const followup = meta?.entities.find((e) => e.name === "followup");
  return [
    { to: "/", key: "nav.home", Icon: IconHome, hot: "h" },
    ...(may(followup, "view")
      ? [
          { to: "/todo", key: "nav.todo" as const, Icon: IconListCheck, hot: "t" },
          { to: "/calendar", key: "nav.calendar" as const, Icon: IconCalendarEvent },
          { to: "/worklog", key: "nav.worklog" as const, Icon: IconNotes },
        ]
      : []),
    ...(mayDo("lead", "approve") ? [{ to: "/review", key: "nav.review" as const, Icon: IconCheckbox, hot: "r", counted: true }] : []),
    ...entities.map((e) => ({
      to: `/${e.path}`,
      label: e.label_plural,
      Icon: icons[e.name] ?? IconFolder,
      hot: ({ customer: "c", lead: "l" } as Record<string, string>)[e.name],
    })),
    ...(may(customer, "view") || may(lead, "view") ? [{ to: "/pools", key: "nav.pools" as const, Icon: IconRipple }] : []),
    ...(reachesOthers() ? [{ to: "/timeliness", key: "nav.timeliness" as const, Icon: IconClock }] : []),
    ...(mayDo("lead", "view") ? [{ to: "/reports", key: "nav.reports" as const, Icon: IconChartBar }] : []),
    ...(may(customer, "import") ? [{ to: "/import", key: "nav.import" as const, Icon: IconFileImport, hot: "i" }] : []),
    ...(may(user, "view") ? [{ to: "/people", key: "nav.people" as const, Icon: IconSitemap }] : []),
    { to: "/settings", key: "nav.settings", Icon: IconSettings },
  ];
}

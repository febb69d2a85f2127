import { permits as mayDo, reachesOthers } from "../api/session";
import type { Meta } from "../api/types";
import type { PlainKey } from "../lib/i18n";
import {
  IconAddressBook,
  IconCalendarEvent,
  IconChartBar,
  IconCheckbox,
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

// Entities with a screen of their own elsewhere, or none at all.
const elsewhere = new Set([
  "user",
  "department",
  "role",
  "view",
  "tag",
  "stage_change",
  "file",
  "import",
  "job",
  "dictionary",
  "choice",
  "pool",
]);
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
  const entities = (meta?.entities ?? []).filter((e) => !e.internal && !elsewhere.has(e.name)).sort((a, b) => rank(a.name) - rank(b.name));
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
    ...(reachesOthers() ? [{ to: "/timeliness", key: "nav.timeliness" as const, Icon: IconChartBar }] : []),
    ...(may(customer, "import") ? [{ to: "/import", key: "nav.import" as const, Icon: IconFileImport, hot: "i" }] : []),
    ...(may(user, "view") ? [{ to: "/people", key: "nav.people" as const, Icon: IconSitemap }] : []),
    { to: "/settings", key: "nav.settings", Icon: IconSettings },
  ];
}

export type SettingsGroup = { key: PlainKey; places: { to: string; key: PlainKey }[] };

/** The pages of the settings by what they are about, as far as this user may open them. */
export function settingsPlaces(permits: (module: string, action: string) => boolean): SettingsGroup[] {
  const groups: { key: PlainKey; places: { to: string; key: PlainKey; open: boolean }[] }[] = [
    {
      key: "settings.mine",
      places: [
        { to: "/settings", key: "account", open: true },
        { to: "/settings/security", key: "settings.security", open: true },
        { to: "/settings/notifications", key: "settings.notifications", open: true },
      ],
    },
    {
      key: "settings.whole",
      places: [
        { to: "/settings/company", key: "settings.company", open: permits("setting", "edit") },
        { to: "/settings/fields", key: "settings.fields", open: permits("setting", "edit") },
        { to: "/settings/clocks", key: "settings.clocks", open: permits("setting", "edit") },
        { to: "/settings/leads", key: "settings.leads", open: permits("setting", "edit") },
        { to: "/settings/channels", key: "settings.channels", open: permits("setting", "edit") },
        { to: "/settings/sms", key: "settings.sms", open: permits("setting", "edit") },
        { to: "/settings/working-calendar", key: "settings.workcal", open: permits("setting", "edit") },
      ],
    },
    {
      key: "settings.who",
      places: [
        { to: "/settings/roles", key: "settings.roles", open: permits("role", "view") },
        { to: "/settings/sign-in", key: "settings.signIn", open: permits("security", "view") },
        { to: "/settings/handovers", key: "settings.handovers", open: permits("user", "edit") },
        { to: "/settings/log", key: "settings.log", open: permits("log", "view") },
      ],
    },
  ];
  return groups.map((g) => ({ ...g, places: g.places.filter((p) => p.open) })).filter((g) => g.places.length > 0);
}

import type { Me, Meta } from "../api/types";
import type { PlainKey } from "../lib/i18n";
import {
  IconAddressBook,
  IconFileImport,
  IconFolder,
  IconHome,
  IconMessageCircle,
  IconSettings,
  IconSitemap,
  IconUsers,
} from "../lib/ui/icons";
import { may } from "../meta/meta";

export type NavItem = { to: string; label?: string; key?: PlainKey; Icon: typeof IconHome; hot?: string };

// Entities with a screen of their own elsewhere, or none at all.
const elsewhere = new Set(["user", "department", "role", "view", "tag", "stage_change", "file", "import", "job", "dictionary", "choice"]);
const icons: Record<string, typeof IconHome> = { customer: IconUsers, contact: IconAddressBook, followup: IconMessageCircle };
const order = ["customer", "contact", "followup"];
const rank = (name: string) => (order.indexOf(name) + 1 || 99) as number;

/** The places of the page: the workbench, the list of every entity this user may see, and what keeps them running. */
export function navItems(meta: Meta | undefined, me: Me): NavItem[] {
  const entities = (meta?.entities ?? []).filter((e) => !e.internal && !elsewhere.has(e.name)).sort((a, b) => rank(a.name) - rank(b.name));
  const customer = meta?.entities.find((e) => e.name === "customer");
  return [
    { to: "/", key: "nav.home", Icon: IconHome, hot: "h" },
    ...entities.map((e) => ({
      to: `/${e.path}`,
      label: e.label_plural,
      Icon: icons[e.name] ?? IconFolder,
      hot: e.name === "customer" ? "c" : undefined,
    })),
    ...(may(customer, "import") ? [{ to: "/import", key: "nav.import" as const, Icon: IconFileImport, hot: "i" }] : []),
    ...(meta?.entities.some((e) => e.name === "user") && me ? [{ to: "/people", key: "nav.people" as const, Icon: IconSitemap }] : []),
    { to: "/settings", key: "nav.settings", Icon: IconSettings },
  ];
}

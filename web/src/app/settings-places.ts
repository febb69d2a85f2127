import type { PlainKey } from "../lib/i18n";

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
        { to: "/settings/fields", key: "settings.fields", open: permits("setting", "edit") || permits("dictionary", "edit") },
        { to: "/settings/clocks", key: "settings.clocks", open: permits("setting", "edit") },
        { to: "/settings/leads", key: "settings.leads", open: permits("dictionary", "edit") },
        { to: "/settings/pools", key: "settings.pools", open: permits("pool", "edit") },
        { to: "/settings/channels", key: "settings.channels", open: permits("setting", "edit") },
        { to: "/settings/sms", key: "settings.sms", open: permits("setting", "edit") },
        { to: "/settings/web-forms", key: "settings.webforms", open: permits("web_form", "view") },
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

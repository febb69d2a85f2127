import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { permits } from "../api/session";
import { type PlainKey, t } from "../lib/i18n";
import { NotFound } from "./not-found";
import { settingsPlaces } from "./settings-places";
import "./settings-layout.css";

/** What every page of the settings stands in: the heading, and the way to the other pages that this user may open. */
export default function SettingsLayout() {
  const { pathname } = useLocation();
  const nav = useRef<HTMLElement>(null);
  // On a phone the places stand in a line, most of them out of sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: with every change of the place
  useEffect(() => {
    nav.current?.querySelector(".active")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [pathname]);
  const groups = settingsPlaces(permits);
  const open = groups.some((g) => g.places.some(({ to }) => pathname === to || (to !== "/settings" && pathname.startsWith(`${to}/`))));
  if (!open) return <NotFound />;
  return (
    <div className="page page-pad settings-layout">
      <h1>{t("nav.settings")}</h1>
      {groups.some((g) => g.places.length > 1) && (
        <nav ref={nav} className="settings-nav" aria-label={t("nav.settings")}>
          {groups.map((g) => (
            <section key={g.key}>
              <h2>{t(g.key)}</h2>
              {g.places.map(({ to, key }: { to: string; key: PlainKey }) => (
                <Link key={to} to={to} activeOptions={{ exact: to === "/settings", includeSearch: false }}>
                  {t(key)}
                </Link>
              ))}
            </section>
          ))}
        </nav>
      )}
      <div className="settings-at">
        <Outlet />
      </div>
    </div>
  );
}

import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { currentUser } from "../../api/session";
import { t } from "../../lib/i18n";
import "./settings.css";

/** Whether this user may change what holds for the whole company. */
export const maySet = () => {
  const edit = currentUser()?.permissions.setting?.edit;
  return edit === true || (typeof edit === "string" && edit !== "none");
};

const places = [
  ["/settings", "account"],
  ["/settings/company", "settings.company"],
  ["/settings/fields", "settings.fields"],
] as const;

/** What every page of the settings stands in: the heading, and the way to the other pages for those who may open them. */
export function SettingsFrame({ children }: { children: ReactNode }) {
  return (
    <div className="page page-pad settings-page">
      <header className="head">
        <h1>{t("nav.settings")}</h1>
      </header>
      {maySet() && (
        <nav className="tabs settings-tabs" aria-label={t("nav.settings")}>
          {places.map(([to, key]) => (
            <Link key={to} to={to} className="tab" activeOptions={{ exact: true }}>
              {t(key)}
            </Link>
          ))}
        </nav>
      )}
      <div className="settings">{children}</div>
    </div>
  );
}

/** A part of a settings page. */
export const Box = ({ title, id, children }: { title: string; id: string; children: ReactNode }) => (
  <section className="box" aria-labelledby={id}>
    <div className="box-head">
      <h2 id={id}>{title}</h2>
    </div>
    <div className="settings-body">{children}</div>
  </section>
);

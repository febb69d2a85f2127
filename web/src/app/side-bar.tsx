import { Link, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { currentUser } from "../api/session";
import { currentLanguage, t, withNotes } from "../lib/i18n";
import { Avatar } from "../lib/ui/bits";
import { IconLanguage, IconLogout, IconSearch, IconUser } from "../lib/ui/icons";
import { MenuItem, Popover } from "../lib/ui/popover";
import { leave, switchLanguage } from "./frame-acts";
import type { navItems } from "./nav";

const ReviewCount = lazy(() => import("../features/lead/review-count"));
const Bell = lazy(() => withNotes(() => import("../features/notify/bell")));

/** The frame's places on a desk. */
export function SideBar({ items, onSearch }: { items: ReturnType<typeof navItems>; onSearch: () => void }) {
  const me = currentUser();
  return (
    <nav className="nav" aria-label={t("nav.main")}>
      <Link to="/" className="brand">
        <img src="/icon.svg" alt="" width={26} height={26} />
        <span>{t("app")}</span>
      </Link>
      <Suspense>
        <Bell />
      </Suspense>
      <button type="button" className="nav-search" onClick={onSearch}>
        <IconSearch size={17} aria-hidden />
        <span>{t("search")}</span>
        <kbd>Ctrl K</kbd>
      </button>
      {items.map(({ to, key, label, Icon, counted }) => (
        <Link key={to} to={to} className="nav-item" activeOptions={{ exact: to === "/", includeSearch: false }}>
          <Icon size={19} aria-hidden />
          <span>{key ? t(key) : label}</span>
          {counted && (
            <Suspense>
              <ReviewCount />
            </Suspense>
          )}
        </Link>
      ))}
      <div className="nav-user">
        {me && (
          <Popover
            menu
            className="nav-me"
            popClass="user-pop"
            label={
              <>
                <Avatar name={me.name} size={30} />
                <span className="nav-me-text">
                  <b className="one-line">{me.name}</b>
                  <span className="one-line muted small">{me.department?.name}</span>
                </span>
              </>
            }
          >
            {() => <UserMenu />}
          </Popover>
        )}
      </div>
    </nav>
  );
}

function UserMenu() {
  const navigate = useNavigate();
  return (
    <>
      <MenuItem icon={<IconUser size={17} aria-hidden />} onClick={() => void navigate({ to: "/settings" })}>
        {t("account")}
      </MenuItem>
      <MenuItem icon={<IconLanguage size={17} aria-hidden />} onClick={() => void switchLanguage()}>
        <span lang={currentLanguage() === "en" ? "zh-CN" : "en"}>{t("language.other")}</span>
      </MenuItem>
      <div className="menu-line" />
      <MenuItem icon={<IconLogout size={17} aria-hidden />} onClick={() => void leave()}>
        {t("signOut")}
      </MenuItem>
    </>
  );
}

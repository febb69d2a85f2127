import { Link, Outlet, useLocation, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { unreachable } from "../api/client";
import { offline, shownFrom } from "../api/kept";
import { flush, outbox } from "../api/outbox";
import { queryClient } from "../api/query";
import { currentUser, patchMe, setUser, signOut } from "../api/session";
import { FormHosts } from "../form/hosts";
import { openFollow, openForm, openPlan } from "../form/open";
import { formatAgo } from "../lib/format";
import { currentLanguage, setLanguage, t, withNotes } from "../lib/i18n";
import { useKeys } from "../lib/keys";
import { usePhone } from "../lib/screen";
import { useStore } from "../lib/store";
import { Avatar } from "../lib/ui/bits";
import { ask, Dialog, Questions } from "../lib/ui/dialog";
import { ErrorBoundary } from "../lib/ui/error-boundary";
import {
  IconAddressBook,
  IconBell,
  IconCalendarEvent,
  IconFileImport,
  IconHome,
  IconLanguage,
  IconListCheck,
  IconLogout,
  IconMessageCircle,
  IconPlus,
  IconRefresh,
  IconSearch,
  IconUser,
  IconUsers,
} from "../lib/ui/icons";
import { MenuItem, Popover } from "../lib/ui/popover";
import { Toasts, toastError } from "../lib/ui/toast";
import { entityByName, may, useMeta } from "../meta/meta";
import { AdminHosts } from "./admin-hosts";
import { navItems } from "./nav";
import { SessionGate } from "./session-gate";
import { Watermark } from "./watermark";
import "./shell.css";

const Bell = lazy(() => withNotes(() => import("../features/notify/bell")));
const OutboxBar = lazy(() => import("../form/outbox-bar"));
const Palette = lazy(() => import("../features/search/palette"));

export async function switchLanguage() {
  const next = currentLanguage() === "en" ? "zh" : "en";
  await setLanguage(next);
  void queryClient.invalidateQueries();
  try {
    setUser(await patchMe({ language: next }));
  } catch {} // the choice holds in this browser
}

/** What was not sent stays in this browser for its writer alone; everything else that was kept goes. */
async function leave() {
  try {
    await flush().catch(() => {});
    const n = outbox.get().length;
    if (n > 0 && !(await ask({ title: t("outbox.leave", n), text: t("outbox.leaveText"), yes: t("signOut") }))) return;
    await signOut();
    await offline()
      .then((box) => box.forget())
      .catch(() => {});
    queryClient.clear();
    location.assign("/");
  } catch (e) {
    toastError(e);
  }
}

/** The frame of every screen: where one can go, what can be made, and what hovers over it. */
export function Shell() {
  const phone = usePhone();
  const meta = useMeta();
  const me = currentUser();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [palette, setPalette] = useState(false);
  const items = me ? navItems(meta) : [];
  useKeys({
    "mod+k": () => setPalette(true),
    ...Object.fromEntries(items.filter((n) => n.hot).map((n) => [`alt+${n.hot}`, () => void navigate({ to: n.to })])),
  });
  if (!me) return null;
  return (
    <div className="shell">
      <a className="skip" href="#main">
        {t("nav.skip")}
      </a>
      {phone ? <BottomBar onSearch={() => setPalette(true)} /> : <SideBar items={items} onSearch={() => setPalette(true)} />}
      <main className="main" id="main" tabIndex={-1}>
        <Unreachable />
        <Suspense>
          <OutboxBar />
        </Suspense>
        <ErrorBoundary resetKey={pathname}>
          <Outlet />
        </ErrorBoundary>
      </main>
      <FormHosts />
      <AdminHosts />
      <Suspense>{palette && <Palette places={items} onClose={() => setPalette(false)} />}</Suspense>
      <Questions />
      <SessionGate />
      <Toasts />
      <Watermark />
    </div>
  );
}

function SideBar({ items, onSearch }: { items: ReturnType<typeof navItems>; onSearch: () => void }) {
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
      {items.map(({ to, key, label, Icon }) => (
        <Link key={to} to={to} className="nav-item" activeOptions={{ exact: to === "/", includeSearch: false }}>
          <Icon size={19} aria-hidden />
          <span>{key ? t(key) : label}</span>
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

function BottomBar({ onSearch }: { onSearch: () => void }) {
  const [sheet, setSheet] = useState<"new" | "me">();
  const meta = useMeta();
  const me = currentUser();
  const navigate = useNavigate();
  const customer = entityByName(meta, "customer");
  const contact = entityByName(meta, "contact");
  const followup = entityByName(meta, "followup");
  const close = () => setSheet(undefined);
  const then = (act: () => void) => () => {
    close();
    act();
  };
  return (
    <>
      <nav className="bottom" aria-label={t("nav.main")}>
        <Link to="/" className="bottom-item" activeOptions={{ exact: true }}>
          <IconHome size={22} aria-hidden />
          {t("nav.home")}
        </Link>
        <Link to="/todo" className="bottom-item" activeOptions={{ includeSearch: false }}>
          <IconListCheck size={22} aria-hidden />
          {t("nav.todo")}
        </Link>
        {[customer, contact, followup].some((e) => may(e, "create")) && (
          <button type="button" className="bottom-plus" aria-label={t("new")} onClick={() => setSheet("new")}>
            <IconPlus size={26} aria-hidden />
          </button>
        )}
        <Link to="/customers" className="bottom-item" activeOptions={{ includeSearch: false }}>
          <IconUsers size={22} aria-hidden />
          {customer?.label_plural ?? t("nav.customers")}
        </Link>
        <button type="button" className="bottom-item" onClick={onSearch}>
          <IconSearch size={22} aria-hidden />
          {t("search")}
        </button>
        <button type="button" className="bottom-item" onClick={() => setSheet("me")}>
          <IconUser size={22} aria-hidden />
          {t("me")}
          <Suspense>
            <Bell phone />
          </Suspense>
        </button>
      </nav>
      {sheet === "new" && (
        <Dialog title={t("new")} kind="sheet" onClose={close}>
          <div className="sheet-list">
            {may(followup, "create") && (
              <button type="button" onClick={then(() => openFollow())}>
                <IconMessageCircle size={22} aria-hidden />
                {t("follow")}
              </button>
            )}
            {may(followup, "create") && (
              <button type="button" onClick={then(() => openPlan())}>
                <IconCalendarEvent size={22} aria-hidden />
                {t("nav.plan")}
              </button>
            )}
            {may(customer, "create") && (
              <button type="button" onClick={then(() => openForm({ entity: "customer" }))}>
                <IconUsers size={22} aria-hidden />
                {t("new.of", customer?.label ?? "")}
              </button>
            )}
            {may(contact, "create") && (
              <button type="button" onClick={then(() => openForm({ entity: "contact" }))}>
                <IconAddressBook size={22} aria-hidden />
                {t("new.of", contact?.label ?? "")}
              </button>
            )}
            {may(customer, "import") && (
              <button type="button" onClick={then(() => void navigate({ to: "/import" }))}>
                <IconFileImport size={22} aria-hidden />
                {t("nav.import")}
              </button>
            )}
          </div>
        </Dialog>
      )}
      {sheet === "me" && me && (
        <Dialog title={me.name} kind="sheet" onClose={close}>
          <div className="sheet-list">
            <button type="button" onClick={then(() => void navigate({ to: "/notes" }))}>
              <IconBell size={22} aria-hidden />
              {t("settings.notifications")}
            </button>
            {navItems(meta)
              .filter((n) => !["/", "/todo", "/customers"].includes(n.to))
              .map(({ to, key, label, Icon }) => (
                <button type="button" key={to} onClick={then(() => void navigate({ to }))}>
                  <Icon size={22} aria-hidden />
                  {key ? t(key) : label}
                </button>
              ))}
            <button type="button" lang={currentLanguage() === "en" ? "zh-CN" : "en"} onClick={then(() => void switchLanguage())}>
              <IconLanguage size={22} aria-hidden />
              {t("language.other")}
            </button>
            <button type="button" onClick={then(() => void leave())}>
              <IconLogout size={22} aria-hidden />
              {t("signOut")}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}

/** That the server cannot be reached, or that what is shown is what it said before. */
function Unreachable() {
  const gone = useStore(unreachable);
  const from = useStore(shownFrom);
  if (!gone && from === null) return null;
  const again = () => {
    shownFrom.set(null);
    void queryClient.refetchQueries({ type: "active" });
  };
  const said = gone ? (navigator.onLine ? t("server.gone") : t("offline")) : t("server.slow");
  return (
    <p className="banner" role="status">
      <span>
        {said}
        {from !== null && ` (${formatAgo(new Date(from).toISOString())})`}
      </span>
      <button type="button" className="btn small" onClick={again}>
        <IconRefresh size={15} aria-hidden />
        {t("retry")}
      </button>
    </p>
  );
}

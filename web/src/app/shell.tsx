import { Outlet, useLocation, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { unreachable } from "../api/client";
import { shownFrom } from "../api/kept";
import { queryClient } from "../api/query";
import { currentUser } from "../api/session";
import { FormHosts } from "../form/hosts";
import { openFollow } from "../form/open";
import { formatAgo } from "../lib/format";
import { t, withRecords } from "../lib/i18n";
import { useKeys } from "../lib/keys";
import { later } from "../lib/later";
import { isPhone, usePhone } from "../lib/screen";
import { useStore } from "../lib/store";
import { loadCombobox } from "../lib/ui/combobox";
import { Questions } from "../lib/ui/dialog";
import { ErrorBoundary } from "../lib/ui/error-boundary";
import { IconRefresh } from "../lib/ui/icons";
import { Toasts } from "../lib/ui/toast";
import { useMeta } from "../meta/meta";
import { AdminHosts } from "./admin-hosts";
import { navItems } from "./nav";
import { SessionGate } from "./session-gate";
import { Watermark } from "./watermark";
import "./shell.css";

const OutboxBar = lazy(() => import("../form/outbox-bar"));
const Palette = lazy(() => withRecords(() => import("../features/search/palette")));

const SideBar = later(async () => (await import("./side-bar")).SideBar);
const BottomBar = later(async () => (await import("./bottom-bar")).BottomBar);
/** Has at hand what stands around every screen here: neither a phone nor a desk fetches what the other needs. */
export const loadFrame = () => (isPhone() ? BottomBar : SideBar).load();

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
  useEffect(() => {
    setTimeout(() => void loadCombobox().catch(() => {}), 2500);
  }, []);
  // What a long press on the icon of the installed page offers.
  useEffect(() => {
    if (new URLSearchParams(location.search).get("new") === "followup") openFollow();
  }, []);
  if (!me) return null;
  return (
    <div className="shell">
      <a className="skip" href="#main">
        {t("nav.skip")}
      </a>
      <Suspense fallback={phone ? null : <div className="nav" />}>
        {phone ? <BottomBar onSearch={() => setPalette(true)} /> : <SideBar items={items} onSearch={() => setPalette(true)} />}
      </Suspense>
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

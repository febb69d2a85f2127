import { Link, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { currentUser } from "../api/session";
import { openFollow, openForm, openPlan } from "../form/open";
import { currentLanguage, t, withNotes } from "../lib/i18n";
import { Dialog } from "../lib/ui/dialog";
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
  IconSearch,
  IconTargetArrow,
  IconUser,
  IconUsers,
} from "../lib/ui/icons";
import { entityByName, may, useMeta } from "../meta/meta";
import { leave, switchLanguage } from "./frame-acts";
import { navItems } from "./nav";

const ReviewCount = lazy(() => import("../features/lead/review-count"));
const Bell = lazy(() => withNotes(() => import("../features/notify/bell")));

/** The frame's places on a phone. */
export function BottomBar({ onSearch }: { onSearch: () => void }) {
  const [sheet, setSheet] = useState<"new" | "me">();
  const meta = useMeta();
  const me = currentUser();
  const navigate = useNavigate();
  const customer = entityByName(meta, "customer");
  const contact = entityByName(meta, "contact");
  const followup = entityByName(meta, "followup");
  const lead = entityByName(meta, "lead");
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
        {[lead, customer, contact, followup].some((e) => may(e, "create")) && (
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
          <span>{t("me")}</span>
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
            {may(lead, "create") && (
              <button type="button" onClick={then(() => openForm({ entity: "lead" }))}>
                <IconTargetArrow size={22} aria-hidden />
                {t("new.of", lead?.label ?? "")}
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
              .map(({ to, key, label, Icon, counted }) => (
                <button type="button" key={to} onClick={then(() => void navigate({ to }))}>
                  <Icon size={22} aria-hidden />
                  {key ? t(key) : label}
                  {counted && (
                    <Suspense>
                      <ReviewCount />
                    </Suspense>
                  )}
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

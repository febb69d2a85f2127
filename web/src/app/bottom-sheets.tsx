import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { currentUser } from "../api/session";
import { openFollow, openForm, openPlan } from "../form/open";
import { currentLanguage, t } from "../lib/i18n";
import { Dialog } from "../lib/ui/dialog";
import {
  IconAddressBook,
  IconBell,
  IconCalendarEvent,
  IconFileImport,
  IconLanguage,
  IconLogout,
  IconMessageCircle,
  IconTargetArrow,
  IconUsers,
} from "../lib/ui/icons";
import { entityByName, may, useMeta } from "../meta/meta";
import { leave, switchLanguage } from "./frame-acts";
import { navItems } from "./nav";

const ReviewCount = lazy(() => import("../features/lead/review-count"));

/** What a phone's frame opens: what can be made, and where else one can go. */
export function BottomSheets({ kind: sheet, onClose: close }: { kind: "new" | "me"; onClose: () => void }) {
  const meta = useMeta();
  const me = currentUser();
  const navigate = useNavigate();
  const customer = entityByName(meta, "customer");
  const contact = entityByName(meta, "contact");
  const followup = entityByName(meta, "followup");
  const lead = entityByName(meta, "lead");
  const then = (act: () => void) => () => {
    close();
    act();
  };
  return (
    <>
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

import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { t, withNotes } from "../lib/i18n";
import { later } from "../lib/later";
import { IconHome, IconListCheck, IconPlus, IconSearch, IconUser, IconUsers } from "../lib/ui/icons";
import { entityByName, may, useMeta } from "../meta/meta";

const Bell = lazy(() => withNotes(() => import("../features/notify/bell")));

const BottomSheets = later(async () => (await import("./bottom-sheets")).BottomSheets);

/** The frame's places on a phone. */
export function BottomBar({ onSearch }: { onSearch: () => void }) {
  const [sheet, setSheet] = useState<"new" | "me">();
  const meta = useMeta();
  const customer = entityByName(meta, "customer");
  const contact = entityByName(meta, "contact");
  const followup = entityByName(meta, "followup");
  const lead = entityByName(meta, "lead");
  // It stands by before it is wanted.
  useEffect(() => {
    setTimeout(() => void BottomSheets.load().catch(() => {}), 1500);
  }, []);
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
      <Suspense>{sheet && <BottomSheets kind={sheet} onClose={() => setSheet(undefined)} />}</Suspense>
    </>
  );
}

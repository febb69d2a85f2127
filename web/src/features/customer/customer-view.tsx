import { lazy, Suspense, useState } from "react";
import type { EntityMeta, Rec } from "../../api/types";
import { str } from "../../fields";
import { openForm } from "../../form/open";
import { isLate } from "../../lib/dates";
import { formatInstant } from "../../lib/format";
import { t, withRecords } from "../../lib/i18n";
import { later } from "../../lib/later";
import { isPhone } from "../../lib/screen";
import { Ghosts } from "../../lib/ui/bits";
import { entityByName, fieldOf, may, titleOf, useEntity, useMeta } from "../../meta/meta";
import { Facts } from "../../record/detail/facts";
import { Tabs } from "../../record/detail/tabs";
import { Timeline } from "../../record/timeline/timeline";
import { CustomerHead } from "./customer-head";
import { useContacts } from "./use-contacts";
import "../../record/detail/detail.css";
import "../../record/detail/view.css";

const Log = lazy(() => withRecords(async () => ({ default: (await import("../../record/detail/log")).Log })));
const Children = lazy(async () => ({ default: (await import("../../record/detail/children")).Children }));
const Files = lazy(() => withRecords(async () => ({ default: (await import("../../record/detail/files")).Files })));
/** Where one writes what was said; on a phone that opens in a sheet, with its own file. */
const Composer = later(async () => (await import("../../form/follow-form")).FollowForm);
const Contacts = later(async () => (await import("./contacts")).Contacts);
/** What stands in the first view on a desk, and behind a tap on a phone. */
export const loadDeskParts = () => (isPhone() ? undefined : Promise.all([Composer.load(), Contacts.load()]));

type Props = { entity: EntityMeta; rec: Rec; layout: "page" | "panel" | "phone"; onGone: () => void };

// What the head shows already.
const inHead = ["stage", "grade", "owner_id", "tags", "code"];

/** A customer from all sides: acts on top, what happened on the left, facts and people on the right; one column where it is narrow. */
export function CustomerView({ entity, rec, layout, onGone }: Props) {
  const meta = useMeta();
  const followup = useEntity("followup");
  const contact = useEntity("contact");
  const [tab, setTab] = useState("timeline");
  const people = useContacts(contact, rec.id).data?.items ?? [];
  const phone = [rec.main_phone, rec.phone, ...people.flatMap((p) => [p.mobile, p.landline])].map(str).find((n) => n && !n.includes("*"));
  const wide = layout === "page";
  const mayEdit = rec._can?.edit !== false && !rec._archived;
  const composer = layout !== "phone" && followup && may(followup, "create") && !rec._archived;
  const others = (entity.children ?? []).flatMap((c) => {
    const child = entityByName(meta, c.entity);
    return child && !child.internal && !["contact", "followup", "stage_change"].includes(c.entity) ? [{ ...c, child }] : [];
  });
  const tabs: [string, React.ReactNode][] = [
    ["timeline", t("timeline")],
    ...(wide ? [] : [["facts", t("facts")] as [string, string]]),
    ...(contact && !wide
      ? [["contacts", <Counted key="c" label={contact.label_plural} n={people.length} />] as [string, React.ReactNode]]
      : []),
    ...others.map((c): [string, string] => [c.entity, c.child.label_plural]),
    ["files", t("files")],
    ["log", t("log")],
  ];
  const body = (
    <>
      {composer && tab === "timeline" && (
        <div className="composer">
          <Suspense fallback={<Ghosts n={1} h={44} />}>
            <Composer entity={followup} about={entity} aboutId={rec.id} aboutName={titleOf(entity, rec)} inline onSaved={() => {}} />
          </Suspense>
        </div>
      )}
      {tab === "timeline" && <Timeline entity={entity} id={rec.id} />}
      {tab === "facts" && <Facts entity={entity} rec={rec} skip={inHead} />}
      {tab === "contacts" && <Contacts customer={rec} />}
      {tab === "files" && <Files entity={entity} id={rec.id} mayAdd={mayEdit} />}
      {tab === "log" && <Log entity={entity} id={rec.id} />}
      {others.map(
        (c) =>
          tab === c.entity && (
            <Children
              key={c.entity}
              entity={c.child}
              via={c.via}
              parent={rec}
              onNew={() => openForm({ entity: c.entity, values: { [c.via]: rec.id } })}
            />
          ),
      )}
    </>
  );
  return (
    <article className={`c360 ${layout}`}>
      <CustomerHead entity={entity} rec={rec} phone={phone} composer={!!composer} onGone={onGone} />
      {layout === "phone" && <Glance entity={entity} rec={rec} />}
      <div className="c-cols">
        <div className={wide ? "box c-main" : "c-main"}>
          <Tabs tabs={tabs} value={tab} onChange={setTab} />
          <div className="c-body">
            <Suspense fallback={<Ghosts n={3} h={48} />}>{body}</Suspense>
          </div>
        </div>
        {wide && (
          <div className="c-side">
            {contact && (
              <section className="box" aria-label={contact.label_plural}>
                <Suspense fallback={<Ghosts n={3} h={60} />}>
                  <Contacts customer={rec} title={<Counted label={contact.label_plural} n={people.length} />} />
                </Suspense>
              </section>
            )}
            <section className="box" aria-label={t("facts")}>
              <div className="box-head">
                <h2>{t("facts")}</h2>
              </div>
              <div className="c-box-body">
                <Facts entity={entity} rec={rec} skip={inHead} />
              </div>
            </section>
          </div>
        )}
      </div>
    </article>
  );
}

const Counted = ({ label, n }: { label: string; n: number }) => (
  <>
    {label} {n > 0 && <span className="muted num">{n}</span>}
  </>
);

/** On a phone, what one wants to know before calling. */
function Glance({ entity, rec }: { entity: EntityMeta; rec: Rec }) {
  const next = fieldOf(entity, "next_followup_at");
  const need = str(rec.need);
  if (!need && !rec.next_followup_at) return null;
  return (
    <div className="box box-pad glance small">
      {next && !!rec.next_followup_at && (
        <p>
          <span className="muted">{next.label}</span> <NextAt at={str(rec.next_followup_at)} />
        </p>
      )}
      {need && <p className="pre">{need}</p>}
    </div>
  );
}
function NextAt({ at }: { at: string }) {
  return <b className={isLate(at) ? "late" : undefined}>{formatInstant(at)}</b>;
}

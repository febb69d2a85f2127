import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { assignLeads, leadAdvice } from "../../api/leads";
import type { EntityMeta, Rec } from "../../api/types";
import { takeBack } from "../../api/undo";
import { blank, str } from "../../fields";
import { t, withRecords } from "../../lib/i18n";
import { Ghosts } from "../../lib/ui/bits";
import { toast, toastError } from "../../lib/ui/toast";
import { may, titleOf, useEntity } from "../../meta/meta";
import { Facts } from "../../record/detail/facts";
import { Tabs } from "../../record/detail/tabs";
import { openWhose } from "../../record/open";
import { Timeline } from "../../record/timeline/timeline";
import { Candidates } from "./candidates";
import { Decision } from "./decision";
import { LeadClocks } from "./lead-clocks";
import { LeadHead } from "./lead-head";
import { LeadNow } from "./lead-now";
import { openStates, steps } from "./queue";
import { Score } from "./score";
import { refreshLeads } from "./use-queue";
import "../../record/detail/detail.css";
import "../../record/detail/view.css";
import "../../form/work.css";
import "./lead.css";

const Log = lazy(() => withRecords(async () => ({ default: (await import("../../record/detail/log")).Log })));
const Files = lazy(() => withRecords(async () => ({ default: (await import("../../record/detail/files")).Files })));
const Composer = lazy(async () => ({ default: (await import("../../form/follow-form")).FollowForm }));

// What the head shows already, or says nothing to people.
const inHead = ["state", "grade", "owner_id", "tags", "lacking", "late"];

type Props = { entity: EntityMeta; rec: Rec; phone: boolean; onGone: () => void };

/** A lead from all sides: what is to be done now on top, what happened on the left, what is known and what speaks for it on the right. */
export function LeadView({ entity, rec, phone, onGone }: Props) {
  const [tab, setTab] = useState("timeline");
  const followup = useEntity("followup");
  const advice = useQuery({
    queryKey: ["lead-advice", rec.id, rec.version],
    queryFn: () => leadAdvice(rec.id),
    placeholderData: (before) => before,
  }).data;
  const state = str(rec.state);
  const converted = !blank(rec.converted_at);
  const mayEdit = rec._can?.edit !== false && !rec._archived;
  const worked = openStates.includes(state) && !converted && mayEdit;
  const composer = !phone && followup && may(followup, "create") && worked;
  const tabs: [string, string][] = [
    ["timeline", t("timeline")],
    ...(phone ? [["facts", t("facts")] as [string, string]] : []),
    ["files", t("files")],
    ["log", t("log")],
  ];
  const facts = <Facts entity={entity} rec={rec} skip={inHead} />;
  const decision = str(rec.decision);
  const give = async (to: { id: string; name: string }) => {
    try {
      const r = await assignLeads({ ids: [rec.id] }, to.id);
      refreshLeads([rec.id]);
      const first = r.failed[0];
      if (first) return toast(first.message, { bad: true });
      const back = () => void takeBack(r.undo, () => refreshLeads([rec.id]));
      const others = { label: t("collab.add"), run: () => openWhose({ what: "collab", entity, rec: { ...rec, owner_id: to.id } }) };
      toast(t("lead.assigned", titleOf(entity, rec), to.name), { action: others, undo: back });
    } catch (e) {
      toastError(e);
    }
  };
  const judged = advice && (
    <>
      {!converted && advice.candidates.length > 0 && openStates.includes(state) && (
        <section className="box" aria-label={t("lead.reassign")}>
          <details className="box-pad" open={!rec.owner_id}>
            <summary>{t("lead.reassign")}</summary>
            <Candidates list={advice.candidates.filter((c) => c.id !== rec.owner_id)} owner={undefined} onGive={(to) => void give(to)} />
          </details>
        </section>
      )}
      <section className="box box-pad" aria-label={t("lead.score")}>
        <Score score={advice.score} />
      </section>
      {advice.clocks.length > 0 && (
        <section className="box box-pad" aria-label={t("lead.clocks")}>
          <h2>{t("lead.clocks")}</h2>
          <LeadClocks clocks={advice.clocks} />
        </section>
      )}
    </>
  );
  const chain = decision && (
    <section className="box box-pad part" aria-label={t("lead.decision")}>
      <h2>
        {t("lead.decision")} · {t("lead.decisionSteps", steps(decision).length)}
      </h2>
      <Decision text={decision} />
    </section>
  );
  return (
    <article className={`c360 lead ${phone ? "phone" : "page"}`}>
      <LeadHead entity={entity} rec={rec} worked={worked} composer={!!composer} onGone={onGone} />
      <LeadNow entity={entity} rec={rec} clocks={advice?.clocks ?? []} />
      <div className="c-cols">
        <div className={phone ? "c-main" : "box c-main"}>
          {phone && chain}
          <Tabs tabs={tabs} value={tab} onChange={setTab} />
          <div className="c-body">
            {composer && tab === "timeline" && (
              <div className="composer">
                <Suspense fallback={<Ghosts n={1} h={44} />}>
                  <Composer
                    entity={followup}
                    about={entity}
                    aboutId={rec.id}
                    aboutName={titleOf(entity, rec)}
                    inline
                    onSaved={() => refreshLeads([rec.id])}
                  />
                </Suspense>
              </div>
            )}
            {tab === "timeline" && <Timeline entity={entity} id={rec.id} />}
            {tab === "facts" && facts}
            <Suspense fallback={<Ghosts n={2} h={48} />}>
              {tab === "files" && <Files entity={entity} id={rec.id} mayAdd={mayEdit} />}
              {tab === "log" && <Log entity={entity} id={rec.id} />}
            </Suspense>
          </div>
        </div>
        {phone ? (
          <div className="c-side">{judged}</div>
        ) : (
          <div className="c-side">
            {chain}
            {judged}
            <section className="box" aria-label={t("facts")}>
              <div className="box-head">
                <h2>{t("facts")}</h2>
              </div>
              <div className="c-box-body">{facts}</div>
            </section>
          </div>
        )}
      </div>
    </article>
  );
}

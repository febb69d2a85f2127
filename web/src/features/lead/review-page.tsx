import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Decision, ToReview } from "../../api/leads";
import type { EntityMeta } from "../../api/types";
import { str } from "../../fields";
import { endOf } from "../../form/time-left";
import { formatDay } from "../../lib/format";
import { t } from "../../lib/i18n";
import { usePhone } from "../../lib/screen";
import { Badge, Empty, Failed, Ghosts } from "../../lib/ui/bits";
import { IconCircleCheck, IconLayout, IconList } from "../../lib/ui/icons";
import { toast } from "../../lib/ui/toast";
import { useNow } from "../../lib/use-now";
import { fieldOf, refOf, useEntity } from "../../meta/meta";
import { openWhose } from "../../record/open";
import { chipsOf, fittest, lacking } from "./queue";
import { ReviewDesk } from "./review-desk";
import type { PanelKind } from "./review-panel";
import { ReviewPhone } from "./review-phone";
import { type Queue, useQueue } from "./use-queue";
import { useFieldNames } from "./words";
import "../../form/work.css";
import "../../record/timeline/timeline.css";
import "./lead.css";
import "./review.css";

const route = getRouteApi("/review");

/** 线索审核: what waits for one's decision, what is due first on top. Accepting what is proposed takes one key or tap. */
export default function ReviewPage() {
  const { lead } = route.useSearch();
  const entity = useEntity("lead");
  const phone = usePhone();
  const [source, setSource] = useState("");
  const [asList, setAsList] = useState(false);
  const queue = useQueue(lead, source);
  const sources = chipsOf(entity && fieldOf(entity, "source"));
  return (
    <div className={phone ? "page page-pad review phone" : "page page-pad review"}>
      <header className="head">
        <h1>{t("review.title")}</h1>
        {phone && (
          <button
            type="button"
            className="btn icon-only"
            aria-label={t(asList ? "review.asCards" : "review.asList")}
            disabled={queue.items.length === 0}
            onClick={() => setAsList(!asList)}
          >
            {asList ? <IconLayout size={19} aria-hidden /> : <IconList size={19} aria-hidden />}
          </button>
        )}
        {queue.data && <Counts queue={queue} />}
        {!phone && <span className="grow" />}
        {(queue.total > 0 || source) && (
          <select
            className="input review-source"
            aria-label={t("review.source")}
            value={source}
            onChange={(e) => setSource(e.target.value)}
          >
            <option value="">{t("review.allSources")}</option>
            {sources.map((c) => (
              <option key={c.value} value={c.value}>
                {c.label}
              </option>
            ))}
          </select>
        )}
      </header>
      {queue.error && !queue.data ? (
        <Failed error={queue.error} retry={() => void queue.refetch()} />
      ) : !queue.data || !entity ? (
        <Ghosts n={6} h={72} />
      ) : !queue.current ? (
        <section className="box">
          <Empty icon={<IconCircleCheck size={28} aria-hidden />} title={t("review.none")} text={t("review.noneText")}>
            <Link to="/leads" className="btn">
              {t("review.toLeads")}
            </Link>
          </Empty>
        </section>
      ) : (
        <Board entity={entity} queue={queue} current={queue.current} phone={phone} asList={asList} onCards={() => setAsList(false)} />
      )}
    </div>
  );
}

function Counts({ queue }: { queue: Queue }) {
  const now = useNow();
  const late = queue.items.filter((x) => x.due_at && endOf(x.due_at) < now).length;
  return (
    <p className="row" role="status">
      <Badge color="blue">{t("review.waiting", queue.total)}</Badge>
      {late > 0 && <Badge color="red">{t("review.late", late)}</Badge>}
    </p>
  );
}

export type Acts = {
  grade: string;
  setGrade: (g: string) => void;
  opinion: string;
  setOpinion: (s: string) => void;
  panel: PanelKind | undefined;
  setPanel: (p: PanelKind | undefined) => void;
  /** To whom it goes when it is passed as proposed. */
  proposed: { id: string; name: string } | undefined;
  pass: (to?: { id: string; name: string }) => void;
  decide: (d: Decision) => void;
  /** Those chosen for a decision about many at once. */
  chosen: string[];
  choose: (ids: string[]) => void;
  bulk: (d: Decision) => void;
};
export type BoardProps = { entity: EntityMeta; queue: Queue; current: ToReview; acts: Acts };

type Props = Omit<BoardProps, "acts"> & { phone: boolean; asList: boolean; onCards: () => void };

function Board({ entity, queue, current, phone, asList, onCards }: Props) {
  const { lead } = current;
  const names = useFieldNames();
  // What is being entered belongs to the lead it was begun with.
  const [draft, setDraft] = useState<{ id: string; grade?: string; opinion?: string; panel?: PanelKind }>({ id: "" });
  const own = draft.id === lead.id ? draft : { id: lead.id };
  const [picked, setPicked] = useState<string[]>([]);
  const chosen = picked.filter((id) => queue.items.some((x) => x.lead.id === id));
  const grade = own.grade ?? current.score.grade;
  const owner = refOf(lead, "owner_id");
  const proposed = fittest(current.candidates) ?? owner;
  const decide = (d: Decision) => void queue.decide([current], d, () => said(current, d));
  const pass = (to = proposed) => {
    const missing = lacking(lead);
    if (missing.length > 0) {
      toast(t("review.incomplete", names(missing)), { bad: true });
      return setDraft({ ...own, panel: "return" });
    }
    const opinion = own.opinion?.trim();
    const d: Decision = { result: "pass", grade, ...(to ? { owner_id: to.id } : {}), ...(opinion ? { opinion } : {}) };
    const whose = to ?? owner;
    const others = whose && {
      label: t("collab.add"),
      run: () => openWhose({ what: "collab", entity, rec: { ...lead, owner_id: whose.id } }),
    };
    void queue.decide([current], d, () => t("review.passed", str(lead.company), whose?.name ?? ""), others);
  };
  const acts: Acts = {
    grade,
    setGrade: (g) => setDraft({ ...own, grade: g }),
    opinion: own.opinion ?? "",
    setOpinion: (opinion) => setDraft({ ...own, opinion }),
    panel: own.panel,
    setPanel: (panel) => setDraft({ ...own, panel }),
    proposed,
    pass,
    decide,
    chosen,
    choose: setPicked,
    bulk: (d) => {
      const these = queue.items.filter((x) => chosen.includes(x.lead.id));
      setPicked([]);
      void queue.decide(these, d, (n) => t(`review.bulk.${d.result}`, n));
    },
  };
  const props = { entity, queue, current, acts };
  return phone ? <ReviewPhone {...props} asList={asList} onCards={onCards} /> : <ReviewDesk {...props} />;
}

function said({ lead }: ToReview, d: Decision): string {
  const name = str(lead.company);
  if (d.result === "return") return t("review.returned", name);
  if (d.result === "park") return t("review.parked", name, formatDay(d.park_until));
  return t("review.invalidated", name);
}

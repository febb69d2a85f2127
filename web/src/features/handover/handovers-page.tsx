import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { handovers, undoHandover } from "../../api/handover";
import { queryClient } from "../../api/query";
import type { Handover } from "../../api/types";
import { formatExact, formatInstant, formatNumber } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Badge, Empty, Failed, Ghosts } from "../../lib/ui/bits";
import { ask } from "../../lib/ui/dialog";
import { IconArrowBackUp, IconUserShare } from "../../lib/ui/icons";
import { toastError } from "../../lib/ui/toast";
import { openHandover } from "../../record/open";
import "./handover.css";

const colors = { running: "blue", done: "green", undoing: "orange", undone: "gray" } as const;
const moving = (h: Handover) => h.state === "running" || h.state === "undoing";

/** 离职交接: what leaving colleagues handed over, and the way back while there is one. */
export default function HandoversPage() {
  const { data, error, refetch } = useQuery({
    queryKey: ["handovers"],
    queryFn: handovers,
    refetchInterval: (q) => (q.state.data?.some(moving) ? 1500 : false),
  });
  return (
    <div className="handovers">
      <div className="row wrap handovers-top">
        <p className="muted">{t("handover.note")}</p>
        <button type="button" className="btn primary" onClick={() => openHandover({})}>
          <IconUserShare size={17} aria-hidden />
          {t("handover.new")}
        </button>
      </div>
      {error && !data ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Ghosts n={3} h={64} />
      ) : data.length === 0 ? (
        <section className="box">
          <Empty icon={<IconUserShare size={28} />} title={t("handover.none")} text={t("handover.noneHint")} />
        </section>
      ) : (
        <ul className="box handover-list">
          {data.map((h) => (
            <Row key={h.id} handover={h} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Row({ handover: h }: { handover: Handover }) {
  const [busy, setBusy] = useState(false);
  const undo = async () => {
    const sure = await ask({
      title: t("handover.undoAsk", h.from.name),
      text: t("handover.undoText", h.from.name),
      yes: t("handover.undo"),
    });
    if (!sure) return;
    setBusy(true);
    try {
      await undoHandover(h.id);
    } catch (e) {
      toastError(e);
    }
    for (const k of ["handovers", "directory", "list"]) void queryClient.invalidateQueries({ queryKey: [k] });
    setBusy(false);
  };
  return (
    <li>
      <div className="grow">
        <p className="row wrap">
          <b>
            {h.from.name} → {h.to.name}
          </b>
          <Badge color={colors[h.state]}>{t(`handover.${h.state}State`)}</Badge>
        </p>
        <p className="muted small">
          {t("handover.by", h.by.name)} · <time dateTime={h.at}>{formatExact(h.at)}</time> · {t("handover.moved", formatNumber(h.moved))}
          {h.kept > 0 && ` · ${t("handover.kept", formatNumber(h.kept))}`}
        </p>
      </div>
      {h.undoable_until && (
        <span className="handover-undo">
          <span className="muted small">{t("handover.until", formatInstant(h.undoable_until))}</span>
          <button type="button" className="btn small" disabled={busy} onClick={() => void undo()}>
            <IconArrowBackUp size={15} aria-hidden />
            {t("handover.undo")}
          </button>
        </span>
      )}
    </li>
  );
}

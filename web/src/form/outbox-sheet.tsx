import { useState } from "react";
import { discard, type Entry, flush, outbox } from "../api/outbox";
import { str } from "../fields";
import { formatInstant } from "../lib/format";
import { t } from "../lib/i18n";
import { useStore } from "../lib/store";
import { Badge, Spinner } from "../lib/ui/bits";
import { ask, Dialog } from "../lib/ui/dialog";
import { toastError } from "../lib/ui/toast";
import { useEntity } from "../meta/meta";
import { openFollow } from "./open";
import { said } from "./outbox-bar";
import "./work.css";

/** 待提交: what was written without a network, and what the server refused, with the ways to go on with each. */
export default function OutboxSheet({ onClose }: { onClose: () => void }) {
  const entries = useStore(outbox);
  const [busy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    try {
      const round = await flush();
      said(round);
      if (round.refused.length === 0 && outbox.get().length === 0) return onClose();
    } catch (e) {
      toastError(e);
    }
    setBusy(false);
  };
  const waiting = entries.filter((e) => !e.problem);
  return (
    <Dialog
      title={t("outbox")}
      kind="sheet"
      onClose={onClose}
      footer={
        waiting.length > 0 && (
          <button type="button" className="btn primary" disabled={busy} onClick={() => void send()}>
            {busy && <Spinner />}
            {t("outbox.send", waiting.length)}
          </button>
        )
      }
    >
      {entries.length === 0 ? (
        <p className="muted">{t("outbox.none")}</p>
      ) : (
        <ul className="outbox">
          {entries.map((e) => (
            <Item key={e.key} entry={e} onMend={onClose} />
          ))}
        </ul>
      )}
    </Dialog>
  );
}

function Item({ entry: e, onMend }: { entry: Entry; onMend: () => void }) {
  const followup = useEntity("followup");
  const mend = () => {
    onMend();
    openFollow({
      [e.about.entity ?? "customer"]: e.about,
      plan: e.plan ? { id: e.plan } : undefined,
      entry: e,
      onSaved: () => void discard(e.key),
    });
  };
  const drop = async () => {
    if (await ask({ title: t("outbox.dropAsk"), text: str(e.body.content), yes: t("outbox.drop"), danger: true })) await discard(e.key);
  };
  return (
    <li>
      <p className="row wrap">
        <b className="grow">{e.about.name}</b>
        {e.problem ? <Badge color="red">{t("outbox.refused")}</Badge> : <Badge color="orange">{t("outbox.waiting")}</Badge>}
        <span className="muted small">{formatInstant(str(e.body.happened_at) || e.at)}</span>
      </p>
      <p className="pre">{str(e.body.content)}</p>
      {e.problem && (
        <p className="note bad">{[e.problem.detail || e.problem.title, ...(e.problem.errors ?? []).map((x) => x.message)].join(" · ")}</p>
      )}
      <div className="row">
        {followup && (
          <button type="button" className={e.problem ? "btn soft" : "btn"} onClick={mend}>
            {t("outbox.mend")}
          </button>
        )}
        <button type="button" className="btn quiet" onClick={() => void drop()}>
          {t("outbox.drop")}
        </button>
      </div>
    </li>
  );
}

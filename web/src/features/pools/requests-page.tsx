import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type ClashRequest, decide, refreshPools, requestsQuery } from "../../api/pools";
import { queryClient } from "../../api/query";
import { formatInstant } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Badge, Empty, Failed, Field, Ghosts } from "../../lib/ui/bits";
import { FormDialog } from "../../lib/ui/form-dialog";
import { IconUsersGroup } from "../../lib/ui/icons";
import { toast } from "../../lib/ui/toast";
import { entityByName, useMeta } from "../../meta/meta";
import { openClash } from "../../record/open";
import "./pools.css";

/** 接手与协作申请: those about which one decides, and one's own. */
export default function RequestsPage() {
  const [mine, setMine] = useState(false);
  const { data, error, refetch } = useQuery(requestsQuery(mine));
  return (
    <div className="page page-pad">
      <header className="head">
        <h1 className="grow">{t("requests")}</h1>
      </header>
      <div className="tabs" role="tablist" aria-label={t("requests")}>
        {[false, true].map((m) => (
          <button key={String(m)} type="button" role="tab" className="tab" aria-selected={mine === m} onClick={() => setMine(m)}>
            {t(m ? "requests.mine" : "requests.toDecide")}
          </button>
        ))}
      </div>
      <section className="box requests-list">
        {error && !data ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : !data ? (
          <Ghosts n={3} h={72} />
        ) : data.length === 0 ? (
          <Empty
            icon={<IconUsersGroup size={28} aria-hidden />}
            title={t("requests.none")}
            text={t(mine ? "requests.noneMine" : "requests.noneText")}
          >
            {mine && (
              <button type="button" className="btn" onClick={() => openClash()}>
                {t("clash")}
              </button>
            )}
          </Empty>
        ) : (
          data.map((r) => <Row key={r.id} request={r} mine={mine} />)
        )}
      </section>
    </div>
  );
}

const colors = { open: "blue", accepted: "green", refused: "red", over: "gray" } as const;

function Row({ request: r, mine }: { request: ClashRequest; mine: boolean }) {
  const entity = entityByName(useMeta(), r.entity);
  const [deciding, setDeciding] = useState<boolean>();
  return (
    <article className="request">
      <p className="row wrap">
        <Badge color={colors[r.state]}>{t(`requests.${r.state}`)}</Badge>
        <b>{t(`clash.${r.wants}`)}</b>
        {r.record ? (
          <Link to="/$path/$id" params={{ path: entity?.path ?? "", id: r.record }}>
            {r.title}
          </Link>
        ) : (
          <span>{entity?.label}</span>
        )}
      </p>
      <p className="pool-facts">
        <span>{t("requests.by", r.user.name)}</span>
        {r.owner && <span>{t("clash.owner", r.owner.name)}</span>}
        <span>{formatInstant(r.asked_at)}</span>
      </p>
      <p>{r.reason}</p>
      {r.decided_by && (
        <p className="muted small">
          {t("requests.decidedBy", r.decided_by.name, formatInstant(r.decided_at))}
          {r.decision && `${t("colon")}${r.decision}`}
        </p>
      )}
      {!mine && r.state === "open" && (
        <div className="clash-acts">
          <button type="button" className="btn primary" onClick={() => setDeciding(true)}>
            {t("requests.accept")}
          </button>
          <button type="button" className="btn" onClick={() => setDeciding(false)}>
            {t("requests.refuse")}
          </button>
        </div>
      )}
      {deciding !== undefined && <Decision request={r} accept={deciding} onClose={() => setDeciding(undefined)} />}
    </article>
  );
}

function Decision({ request, accept, onClose }: { request: ClashRequest; accept: boolean; onClose: () => void }) {
  const [reason, setReason] = useState("");
  const send = async () => {
    await decide(request.id, accept, reason);
    toast(t("saved.done"));
    void queryClient.invalidateQueries({ queryKey: ["requests"] });
    refreshPools();
  };
  const title = t(accept ? "requests.accept" : "requests.refuse");
  return (
    <FormDialog title={title} yes={title} danger={!accept} ready={accept || !!reason.trim()} onSubmit={send} onClose={onClose}>
      {(errors) => (
        <Field id="decision" label={t("requests.why")} required={!accept} error={errors.reason}>
          <textarea id="decision" className="input" rows={3} maxLength={500} value={reason} onChange={(e) => setReason(e.target.value)} />
        </Field>
      )}
    </FormDialog>
  );
}

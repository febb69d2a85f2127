import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { askFor, type ClashHit, whoHas } from "../../api/pools";
import { queryClient } from "../../api/query";
import { openForm } from "../../form/open";
import { formatInstant } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Badge, Field, Spinner } from "../../lib/ui/bits";
import { Dialog } from "../../lib/ui/dialog";
import { toast, toastError } from "../../lib/ui/toast";
import { entityByName, may, useEntity, useMeta } from "../../meta/meta";
import type { ClashOpening } from "../../record/open";
import "./pools.css";

type Props = ClashOpening & { onClose: () => void };

/** 撞单: whether a company is known already, since when and whose it is, and from there the way to it. */
export default function ClashDialog({ q: first, onClose }: Props) {
  const [q, setQ] = useState(first ?? "");
  const [busy, setBusy] = useState(false);
  const [found, setFound] = useState<ClashHit[]>();
  const customer = useEntity("customer");
  const ask = async (e: FormEvent) => {
    e.preventDefault();
    setBusy(true);
    try {
      setFound((await whoHas(q)).items);
    } catch (x) {
      toastError(x);
    }
    setBusy(false);
  };
  return (
    <Dialog title={t("clash")} onClose={onClose}>
      <form className="stack" onSubmit={ask}>
        <Field id="clash-q" label={t("clash.q")} help={t("clash.help")}>
          <div className="row">
            <input id="clash-q" className="input grow" value={q} autoComplete="off" onChange={(e) => setQ(e.target.value)} />
            <button type="submit" className="btn primary" disabled={busy || q.trim().length < 2}>
              {busy && <Spinner />}
              {t("clash.ask")}
            </button>
          </div>
        </Field>
      </form>
      <div role="status">
        {found?.length === 0 && (
          <div className="clash-hit">
            <p>{t("clash.none")}</p>
            {may(customer, "create") && (
              <div className="clash-acts">
                <button
                  type="button"
                  className="btn"
                  onClick={() => {
                    onClose();
                    openForm({ entity: "customer", values: { name: q } });
                  }}
                >
                  {t("new.of", customer?.label ?? "")}
                </button>
              </div>
            )}
          </div>
        )}
        {found?.map((h) => (
          <Hit key={h.hit} hit={h} onClose={onClose} />
        ))}
      </div>
    </Dialog>
  );
}

function Hit({ hit, onClose }: { hit: ClashHit; onClose: () => void }) {
  const entity = entityByName(useMeta(), hit.entity);
  const [wants, setWants] = useState<"take_over" | "collaborate">();
  const [reason, setReason] = useState("");
  const [sent, setSent] = useState(false);
  const send = async (e: FormEvent) => {
    e.preventDefault();
    if (!wants) return;
    try {
      await askFor(hit.hit, wants, reason);
      void queryClient.invalidateQueries({ queryKey: ["requests"] });
      setSent(true);
      toast(t("clash.sent"));
    } catch (x) {
      toastError(x);
    }
  };
  const foreign = !hit.mine && !!hit.owner;
  return (
    <div className="clash-hit">
      <p className="row wrap">
        <Badge>{entity?.label ?? hit.entity}</Badge>
        {hit.id ? (
          <Link to="/$path/$id" params={{ path: entity?.path ?? "", id: hit.id }} onClick={onClose}>
            {hit.title}
          </Link>
        ) : (
          <b>{t(hit.sure ? "clash.exists" : "clash.alike")}</b>
        )}
        <span className="muted small">{t("clash.since", formatInstant(hit.since))}</span>
      </p>
      <p>
        {hit.mine
          ? t("clash.mine")
          : hit.owner
            ? t("clash.owner", hit.owner.name)
            : hit.pool
              ? t("clash.pool", hit.pool.name)
              : t("clash.nobody")}
      </p>
      {hit.pool && !hit.owner && (
        <div className="clash-acts">
          <Link to="/pools/$id" params={{ id: hit.pool.id }} className="btn" onClick={onClose}>
            {t("clash.toPool")}
          </Link>
        </div>
      )}
      {foreign && !sent && !wants && (
        <div className="clash-acts">
          <button type="button" className="btn" onClick={() => setWants("take_over")}>
            {t("clash.take_over")}
          </button>
          <button type="button" className="btn" onClick={() => setWants("collaborate")}>
            {t("clash.collaborate")}
          </button>
        </div>
      )}
      {sent && <p className="muted">{t("clash.waits")}</p>}
      {wants && !sent && (
        <form className="stack" onSubmit={send}>
          <Field id={`why-${hit.hit}`} label={t("clash.why")} required>
            <textarea
              id={`why-${hit.hit}`}
              className="input"
              rows={2}
              maxLength={500}
              value={reason}
              onChange={(e) => setReason(e.target.value)}
            />
          </Field>
          <div className="clash-acts">
            <button type="submit" className="btn primary" disabled={!reason.trim()}>
              {t(`clash.${wants}`)}
            </button>
            <button type="button" className="btn" onClick={() => setWants(undefined)}>
              {t("cancel")}
            </button>
          </div>
        </form>
      )}
    </div>
  );
}

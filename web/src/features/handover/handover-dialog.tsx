import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { handOver, holdings } from "../../api/handover";
import { queryClient } from "../../api/query";
import { currentUser } from "../../api/session";
import type { Handover } from "../../api/types";
import { formatNumber } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Failed, Field, Ghosts, Spinner } from "../../lib/ui/bits";
import { Combobox } from "../../lib/ui/combobox";
import { Dialog } from "../../lib/ui/dialog";
import { toastError } from "../../lib/ui/toast";
import { uid } from "../../lib/uid";
import { useUserOptions } from "../../meta/directory";
import type { HandoverRequest } from "../../record/open";
import "./handover.css";
import { Running } from "./running";

type Props = HandoverRequest & { onClose: () => void };

/** 离职交接: what a leaving user has, who takes it over, and how far that is. */
export default function HandoverDialog({ user, onBegun, onClose }: Props) {
  const [key] = useState(uid);
  const [from, setFrom] = useState(user?.id ?? "");
  const [to, setTo] = useState("");
  const [busy, setBusy] = useState(false);
  const [begun, setBegun] = useState<Handover>();
  const people = useUserOptions(true);
  const active = useUserOptions();
  const me = currentUser()?.id;
  const name = (id: string) => people.find((o) => o.value === id)?.label ?? "";
  const held = useQuery({ queryKey: ["holdings", from], queryFn: () => holdings(from), enabled: !!from, staleTime: 0 });
  const begin = async () => {
    setBusy(true);
    try {
      setBegun(await handOver(from, to, key));
      for (const k of ["directory", "list", "handovers"]) void queryClient.invalidateQueries({ queryKey: [k] });
      onBegun?.();
    } catch (e) {
      toastError(e);
    }
    setBusy(false);
  };
  const title = from ? t("handover.of", user?.name ?? name(from)) : t("settings.handovers");
  if (begun)
    return (
      <Dialog
        title={title}
        onClose={onClose}
        footer={
          <button type="button" className="btn primary" onClick={onClose}>
            {t("close")}
          </button>
        }
      >
        <Running handover={begun} />
      </Dialog>
    );
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <button type="button" className="btn" onClick={onClose}>
            {t("cancel")}
          </button>
          <button type="button" className="btn danger" disabled={!to || !held.data || busy} onClick={() => void begin()}>
            {busy && <Spinner />}
            {t("handover.begin")}
          </button>
        </>
      }
    >
      <div className="stack">
        {!user && (
          <Field id="handover-from" label={t("handover.from")} required>
            <Combobox
              id="handover-from"
              value={from ? [from] : []}
              options={people.filter((o) => o.value !== me)}
              placeholder={t("choose")}
              onChange={([v]) => setFrom(v ?? "")}
            />
          </Field>
        )}
        {held.error ? (
          <Failed error={held.error} retry={() => void held.refetch()} />
        ) : held.data ? (
          <>
            {held.data.length ? (
              <dl className="held">
                {held.data.map((h) => (
                  <div key={h.name}>
                    <dt>{h.label}</dt>
                    <dd className="num">{formatNumber(h.count)}</dd>
                  </div>
                ))}
              </dl>
            ) : (
              <p className="muted">{t("handover.nothing")}</p>
            )}
            <Field id="handover-to" label={t("handover.to")} required>
              <Combobox
                id="handover-to"
                value={to ? [to] : []}
                options={active.filter((o) => o.value !== from)}
                placeholder={t("choose")}
                onChange={([v]) => setTo(v ?? "")}
              />
            </Field>
            {to && (
              <p className="note" role="status">
                {held.data.length > 0 &&
                  t(
                    "handover.willMove",
                    held.data.map((h) => t("handover.some", h.label, formatNumber(h.count))).join(t("list.comma")),
                    name(to),
                  )}
                <b>{t("handover.willEnd", user?.name ?? name(from))}</b> {t("handover.willUndo")}
              </p>
            )}
          </>
        ) : (
          from && <Ghosts n={4} h={32} />
        )}
      </div>
    </Dialog>
  );
}

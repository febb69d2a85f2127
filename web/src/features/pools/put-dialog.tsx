import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { poolsQuery, putInto, refreshPools } from "../../api/pools";
import { t } from "../../lib/i18n";
import { Field, Ghosts } from "../../lib/ui/bits";
import { FormDialog } from "../../lib/ui/form-dialog";
import { toast } from "../../lib/ui/toast";
import type { PutRequest } from "../../record/open";

type Props = PutRequest & { onClose: () => void };

/** 退回公海, 放入公海: records go into a pool, with the reason. */
export default function PutDialog({ entity, ids, onDone, onClose }: Props) {
  const { data } = useQuery(poolsQuery);
  const pools = data?.filter((p) => p.holds === entity);
  const [pool, setPool] = useState("");
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<string>();
  const into = pool || pools?.[0]?.id || "";
  const send = async () => {
    const r = await putInto(into, ids, reason);
    const first = r.failed[0];
    if (first) {
      setProblem(ids.length > 1 ? t("bulk.failed", r.failed.length, first.message) : first.message);
      if (!r.changed) return false;
      toast(t("bulk.failed", r.failed.length, first.message), { bad: true });
    }
    toast(t("pools.put", r.changed));
    refreshPools();
    onDone?.();
  };
  return (
    <FormDialog title={t("pools.putInto")} yes={t("pools.putInto")} ready={!!into} onSubmit={send} onClose={onClose}>
      {(errors) =>
        !pools ? (
          <Ghosts n={2} />
        ) : (
          <>
            {ids.length > 1 && <p className="muted">{t("bulk.selected", ids.length)}</p>}
            <Field id="put-pool" label={t("pools.pool")} required>
              <select id="put-pool" className="input" value={into} onChange={(e) => setPool(e.target.value)}>
                {pools.map((p) => (
                  <option key={p.id} value={p.id}>
                    {p.name}
                  </option>
                ))}
              </select>
            </Field>
            <Field id="put-reason" label={t("pools.reason")} error={errors.reason ?? problem} help={t("pools.reasonHelp")}>
              <textarea
                id="put-reason"
                className="input"
                rows={3}
                maxLength={500}
                value={reason}
                onChange={(e) => setReason(e.target.value)}
              />
            </Field>
          </>
        )
      }
    </FormDialog>
  );
}

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Pool, type PoolDraft, poolsQuery } from "../../api/pools";
import { permits } from "../../api/session";
import { t } from "../../lib/i18n";
import { Badge, Empty, Failed, Ghosts } from "../../lib/ui/bits";
import { IconPencil, IconPlus } from "../../lib/ui/icons";
import { departmentPath, useDirectory } from "../../meta/directory";
import { entityByName, useMeta } from "../../meta/meta";
import { PoolDialog } from "./pool-dialog";
import { saidRules } from "./rules";
import "./pools.css";

const fresh: PoolDraft = {
  name: "",
  holds: "customer",
  member_ids: [],
  department_ids: [],
  admin_ids: [],
  hidden: [],
  recycle: {},
  claim_daily: null,
  hold_user: null,
  hold_department: null,
  hold_won: false,
  cool_days: null,
  remark: "",
};

/** 公海设置: who is a member of which pool, what it hides, what falls into it, and what one may take. */
export default function PoolSettings() {
  const { data, error, refetch } = useQuery(poolsQuery);
  const [open, setOpen] = useState<PoolDraft>();
  if (error && !data) return <Failed error={error} retry={() => void refetch()} />;
  return (
    <div className="stack">
      <div className="row wrap">
        <p className="muted small grow">{t("pools.note")}</p>
        {permits("pool", "create") && (
          <button type="button" className="btn primary" onClick={() => setOpen(fresh)}>
            <IconPlus size={17} aria-hidden />
            {t("pools.new")}
          </button>
        )}
      </div>
      {!data ? (
        <Ghosts n={3} h={96} />
      ) : data.length === 0 ? (
        <section className="box">
          <Empty title={t("pools.noneYet")} text={t("pools.noneYetText")} />
        </section>
      ) : (
        data.map((p) => <Said key={p.id} pool={p} onEdit={() => setOpen(p)} />)
      )}
      {open && <PoolDialog pool={open} onClose={() => setOpen(undefined)} />}
    </div>
  );
}

function Said({ pool: p, onEdit }: { pool: Pool; onEdit: () => void }) {
  const meta = useMeta();
  const directory = useDirectory();
  const names = (ids: string[]) => ids.map((id) => directory.users.find((u) => u.id === id)?.name).filter(Boolean);
  const entity = entityByName(meta, p.holds);
  const members = [...p.department_ids.map((d) => departmentPath(directory, d)), ...names(p.member_ids)];
  const hidden = p.hidden.map((h) => entity?.fields.find((f) => f.name === h)?.label).filter(Boolean);
  const limits = [
    p.claim_daily !== null && t("pools.saidDaily", p.claim_daily),
    p.hold_user !== null && t("pools.saidHold", p.hold_user),
    p.hold_department !== null && t("pools.saidHoldDepartment", p.hold_department),
    !!p.cool_days && t("pools.saidCool", p.cool_days),
  ].filter(Boolean);
  return (
    <section className="box" aria-labelledby={`p-${p.id}`}>
      <div className="box-head">
        <h2 id={`p-${p.id}`}>{p.name}</h2>
        <Badge color={p.holds === "lead" ? "orange" : "blue"}>{entity?.label_plural ?? p.holds}</Badge>
        {permits("pool", "edit") && (
          <button type="button" className="btn small" aria-label={t("edit.of", p.name)} onClick={onEdit}>
            <IconPencil size={15} aria-hidden />
            {t("edit")}
          </button>
        )}
      </div>
      <dl className="pool-said">
        <dt>{t("pools.members")}</dt>
        <dd>{members.join(t("list.comma")) || t("pools.nobody")}</dd>
        <dt>{t("pools.admins")}</dt>
        <dd>{names(p.admin_ids).join(t("list.comma")) || t("pools.nobody")}</dd>
        <dt>{t("pools.rules")}</dt>
        <dd>{saidRules(p.recycle) || t("pools.noRules")}</dd>
        <dt>{t("pools.limits")}</dt>
        <dd>{limits.join(t("list.comma")) || t("pools.noLimits")}</dd>
        <dt>{t("pools.hidden")}</dt>
        <dd>{hidden.join(t("list.comma")) || t("pools.nothingHidden")}</dd>
      </dl>
    </section>
  );
}

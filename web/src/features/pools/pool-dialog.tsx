import { useState } from "react";
import { type Condition, type PoolDraft, type Preview, preview, refreshPools, savePool } from "../../api/pools";
import { formatInstant } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Field } from "../../lib/ui/bits";
import { Combobox } from "../../lib/ui/combobox";
import { FormDialog } from "../../lib/ui/form-dialog";
import { IconPlus, IconTrash } from "../../lib/ui/icons";
import { toast, toastError } from "../../lib/ui/toast";
import { useDepartmentOptions, useUserOptions } from "../../meta/directory";
import { entityByName, fieldOf, useMeta } from "../../meta/meta";
import { sinces } from "./rules";

type Part = { pool: PoolDraft; set: (patch: Partial<PoolDraft>) => void };

/** One pool; before it is saved one sees what would fall into it. */
export function PoolDialog({ pool: was, onClose }: { pool: PoolDraft; onClose: () => void }) {
  const [pool, setPool] = useState<PoolDraft>(was);
  const set = (patch: Partial<PoolDraft>) => setPool((p) => ({ ...p, ...patch }));
  const users = useUserOptions();
  const departments = useDepartmentOptions();
  const meta = useMeta();
  const entity = entityByName(meta, pool.holds);
  const fields = (entity?.fields ?? []).filter((f) => f.name !== entity?.title && !["pool_id", "pool_since", "owner_id"].includes(f.name));
  const save = async () => {
    const { id, version, name, holds, member_ids, department_ids, admin_ids, hidden, recycle } = pool;
    const { claim_daily, hold_user, hold_department, hold_won, cool_days, remark } = pool;
    await savePool({
      id,
      version,
      name,
      holds,
      member_ids,
      department_ids,
      admin_ids,
      hidden,
      recycle,
      claim_daily,
      hold_user,
      hold_department,
      hold_won,
      cool_days,
      remark,
    });
    refreshPools();
    toast(t("saved.done"));
  };
  return (
    <FormDialog title={pool.id ? pool.name : t("pools.new")} kind="drawer" onSubmit={save} onClose={onClose}>
      {(errors) => (
        <>
          <Field id="pool-title" label={t("pools.name")} required error={errors.name}>
            <input id="pool-title" className="input" value={pool.name} maxLength={60} onChange={(e) => set({ name: e.target.value })} />
          </Field>
          <Field id="pool-holds" label={t("pools.holds")} required error={errors.holds}>
            <select
              id="pool-holds"
              className="input"
              value={pool.holds}
              onChange={(e) => set({ holds: e.target.value as PoolDraft["holds"], hidden: [] })}
            >
              {(["customer", "lead"] as const).map((n) => (
                <option key={n} value={n}>
                  {entityByName(meta, n)?.label_plural ?? n}
                </option>
              ))}
            </select>
          </Field>
          <Field id="pool-departments" label={t("pools.departments")}>
            <Combobox
              id="pool-departments"
              multiple
              value={pool.department_ids}
              options={departments}
              onChange={(department_ids) => set({ department_ids })}
            />
          </Field>
          <Field id="pool-members" label={t("pools.users")}>
            <Combobox id="pool-members" multiple value={pool.member_ids} options={users} onChange={(member_ids) => set({ member_ids })} />
          </Field>
          <Field id="pool-admins" label={t("pools.admins")} help={t("pools.adminsHelp")}>
            <Combobox id="pool-admins" multiple value={pool.admin_ids} options={users} onChange={(admin_ids) => set({ admin_ids })} />
          </Field>
          <Field id="pool-hidden" label={t("pools.hidden")} help={t("pools.hiddenHelp")}>
            <Combobox
              id="pool-hidden"
              multiple
              value={pool.hidden.filter((h) => !h.includes("."))}
              options={fields.map((f) => ({ value: f.name, label: f.label }))}
              onChange={(hidden) => set({ hidden })}
            />
          </Field>
          <Limits pool={pool} set={set} errors={errors} />
          <Rules pool={pool} set={set} grades={((entity && fieldOf(entity, "grade")?.choices) ?? []).map((c) => c.value)} />
          {errors.recycle && <p className="field-error">{errors.recycle}</p>}
          <Falls pool={pool} />
        </>
      )}
    </FormDialog>
  );
}

const limits = ["claim_daily", "hold_user", "hold_department", "cool_days"] as const;

function Limits({ pool, set, errors }: Part & { errors: Record<string, string> }) {
  return (
    <fieldset className="pool-part">
      <legend>{t("pools.limits")}</legend>
      {limits.map((n) => (
        <label key={n} className="pool-span">
          <span className="pool-name">{t(`pools.${n}`)}</span>
          <input
            className="input n"
            type="number"
            min={0}
            value={pool[n] ?? ""}
            placeholder={t("pools.any")}
            onChange={(e) => set({ [n]: e.target.value === "" ? null : Number(e.target.value) })}
          />
          {errors[n] && <span className="field-error">{errors[n]}</span>}
        </label>
      ))}
      <label className="check">
        <input type="checkbox" checked={pool.hold_won} onChange={(e) => set({ hold_won: e.target.checked })} />
        {t("pools.hold_won")}
      </label>
    </fieldset>
  );
}

function Rules({ pool, set, grades }: Part & { grades: string[] }) {
  const groups = pool.recycle.groups ?? [];
  const put = (at: number, all: Condition[]) => {
    const next = groups.map((g, i) => (i === at ? { all } : g)).filter((g) => g.all.length > 0);
    set({ recycle: { ...pool.recycle, groups: next } });
  };
  const first: Condition = { since: "followup", days: 30 };
  return (
    <fieldset className="pool-part">
      <legend>{t("pools.rules")}</legend>
      {groups.map((g, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they have no name, and stand in order
        <div key={i} className="pool-group">
          {i > 0 && <span className="muted small">{t("pools.orElse")}</span>}
          {g.all.map((c, j) => (
            <ConditionRow
              // biome-ignore lint/suspicious/noArrayIndexKey: likewise
              key={j}
              condition={c}
              grades={grades}
              set={(next) =>
                put(
                  i,
                  g.all.map((x, k) => (k === j ? next : x)),
                )
              }
              drop={() =>
                put(
                  i,
                  g.all.filter((_, k) => k !== j),
                )
              }
            />
          ))}
          <button type="button" className="btn small" onClick={() => put(i, [...g.all, { since: "assigned", days: 30 }])}>
            <IconPlus size={15} aria-hidden />
            {t("pools.addAnd")}
          </button>
        </div>
      ))}
      <button
        type="button"
        className="btn small"
        onClick={() => set({ recycle: { ...pool.recycle, groups: [...groups, { all: [first] }] } })}
      >
        <IconPlus size={15} aria-hidden />
        {t(groups.length ? "pools.addOr" : "pools.addRule")}
      </button>
      <label className="check">
        <input
          type="checkbox"
          checked={!!pool.recycle.working}
          onChange={(e) => set({ recycle: { ...pool.recycle, working: e.target.checked } })}
        />
        {t("pools.working")}
      </label>
      <p className="muted small">{t("pools.never")}</p>
    </fieldset>
  );
}

type RowProps = { condition: Condition; grades: string[]; set: (c: Condition) => void; drop: () => void };

function ConditionRow({ condition: c, grades, set, drop }: RowProps) {
  const grade = (g: string, days: string) => {
    const next = Object.fromEntries(Object.entries({ ...c.grades, [g]: Number(days) }).filter(([n]) => n !== g || days !== ""));
    set({ ...c, grades: Object.keys(next).length ? next : undefined });
  };
  return (
    <div className="pool-condition">
      <select
        className="input"
        aria-label={t("pools.condition")}
        value={c.since}
        onChange={(e) => set({ ...c, since: e.target.value as Condition["since"] })}
      >
        {sinces.map((s) => (
          <option key={s} value={s}>
            {t(`pools.since1.${s}`)}
          </option>
        ))}
      </select>
      <input
        className="input n"
        type="number"
        min={1}
        max={3650}
        aria-label={t("pools.daysOf")}
        value={c.days}
        onChange={(e) => set({ ...c, days: Number(e.target.value) })}
      />
      <span>{t("pools.unit")}</span>
      <button type="button" className="icon-btn" aria-label={t("pools.drop")} onClick={drop}>
        <IconTrash size={17} aria-hidden />
      </button>
      <details className="pool-grades">
        <summary className="small">{t("pools.byGrade")}</summary>
        <div className="pool-facts">
          {grades.map((g) => (
            <label key={g}>
              {g}{" "}
              <input
                className="input n"
                type="number"
                min={1}
                max={3650}
                value={c.grades?.[g] ?? ""}
                placeholder={String(c.days)}
                onChange={(e) => grade(g, e.target.value)}
              />
            </label>
          ))}
        </div>
      </details>
    </div>
  );
}

function Falls({ pool }: { pool: PoolDraft }) {
  const [days, setDays] = useState(7);
  const [falls, setFalls] = useState<Preview>();
  const look = async () => {
    try {
      setFalls(await preview(pool, days));
    } catch (e) {
      toastError(e);
    }
  };
  return (
    <fieldset className="pool-part">
      <legend>{t("pools.preview")}</legend>
      <div className="row wrap">
        <select
          className="input"
          style={{ width: "auto" }}
          aria-label={t("pools.previewDays")}
          value={days}
          onChange={(e) => setDays(Number(e.target.value))}
        >
          {[0, 3, 7, 30, 90].map((n) => (
            <option key={n} value={n}>
              {n === 0 ? t("pools.tonight") : t("pools.within", n)}
            </option>
          ))}
        </select>
        <button type="button" className="btn" onClick={() => void look()}>
          {t("pools.look")}
        </button>
      </div>
      {falls && (
        <div className="pool-preview" role="status">
          <p>
            <b>{t("pools.falls", falls.tonight, falls.within)}</b>
          </p>
          <ul>
            {falls.items.slice(0, 20).map((f) => (
              <li key={f.id}>
                <span className="grow">{f.title}</span>
                <span className="muted small">{f.owner.name}</span>
                <span className="muted small">{t(`pools.since.${f.reason}`, f.days)}</span>
                <span className="small">{formatInstant(f.at)}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </fieldset>
  );
}

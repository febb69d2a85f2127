import { useState } from "react";
import type { UnknownValue } from "../../api/types";
import { formatNumber } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Spinner } from "../../lib/ui/bits";
import { Combobox, type Option } from "../../lib/ui/combobox";
import { entityByName, fieldOf, useMeta } from "../../meta/meta";
import { Problems } from "./problems";
import type { WizardProps } from "./wizard";

/** ③ What would happen, before anything is written. */
export function Checked({ imp, change, run, pending, onMapping }: WizardProps & { onMapping: () => void }) {
  const r = imp.result;
  const good = (r?.created ?? 0) + (r?.updated ?? 0);
  return (
    <>
      <Tiles r={r} future />
      {!!imp.unknown_values?.length && <Unknown imp={imp} change={change} run={run} pending={pending} />}
      <Problems imp={imp} />
      <div className="import-foot">
        <button type="button" className="btn big" disabled={pending} onClick={onMapping}>
          {t("import.backToMap")}
        </button>
        <span className="grow muted">{r?.refused ? t("import.refusedLater") : t("import.allGood")}</span>
        <button type="button" className="btn big primary" disabled={pending || good === 0} onClick={() => void run("run")}>
          {pending && <Spinner />}
          {t("import.go", good)}
        </button>
      </div>
    </>
  );
}

export function Tiles({ r, future }: { r: WizardProps["imp"]["result"]; future?: boolean }) {
  const tiles = [
    ["created", r?.created, "good"],
    ["updated", r?.updated, ""],
    ["skipped", r?.skipped, ""],
    ["refused", r?.refused, r?.refused ? "late" : ""],
  ] as const;
  return (
    <div className="tiles">
      {tiles.map(([k, n, cls]) => (
        <div key={k} className="tile">
          <span>{t(future ? `import.will.${k}` : `import.did.${k}`)}</span>
          <b className={`num ${cls}`}>{formatNumber(n ?? 0)}</b>
        </div>
      ))}
    </div>
  );
}

/** Values that no dictionary knows: each is mapped to one that exists, left out, or (where allowed) added. */
function Unknown({ imp, change, run, pending }: WizardProps) {
  const meta = useMeta();
  const [chosen, setChosen] = useState<Record<string, Record<string, string>>>({});
  const list = imp.unknown_values ?? [];
  const fieldFor = (target: string) => {
    const [entity, name] = target.split(".");
    const e = entityByName(meta, entity ?? "");
    return e && fieldOf(e, (name ?? "").split(":")[0] ?? "");
  };
  const optionsFor = (u: UnknownValue): Option[] => {
    const f = fieldFor(u.field);
    return [
      { value: "", label: t("import.leaveOut") },
      ...(u.taken ? [{ value: u.value, label: t("import.addIt") }] : []),
      ...(f?.choices ?? []).filter((c) => !c.disabled).map((c) => ({ value: c.value, label: c.label, color: c.color })),
    ];
  };
  // What it means as things stand, or as just chosen; a choice that says less than the text leaves the rest to another field.
  const meaning = (u: UnknownValue) => chosen[u.field]?.[u.value] ?? (u.taken || undefined);
  const keeps = (u: UnknownValue) => !!u.taken && !!meaning(u) && meaning(u) !== u.value;
  const said = (u: UnknownValue) => {
    const f = fieldFor(u.field);
    return f?.choices?.length ? (f.open ? t("import.willAdd") : t("import.willRefuse")) : t("import.toRemark");
  };
  const apply = async () => {
    const values = { ...imp.options.values };
    for (const [field, map] of Object.entries(chosen)) values[field] = { ...values[field], ...map };
    if (await change({ options: { ...imp.options, values } })) await run("check");
  };
  return (
    <section className="box" aria-labelledby="unknown">
      <div className="box-head">
        <h2 id="unknown">{t("import.unknown", list.length)}</h2>
        <button type="button" className="btn small soft" disabled={pending || !Object.keys(chosen).length} onClick={() => void apply()}>
          {t("import.recheck")}
        </button>
      </div>
      <table className="plain unknown">
        <tbody>
          {list.map((u) => (
            <tr key={u.field + u.value}>
              <th scope="row">{imp.targets?.find((x) => x.field === u.field)?.label ?? u.field}</th>
              <td>
                <b>{u.value}</b> <span className="muted small">{t("import.times", u.count)}</span>
              </td>
              <td className="target">
                {fieldFor(u.field)?.choices?.length ? (
                  <>
                    <Combobox
                      label={t("import.means", u.value)}
                      value={[meaning(u)].filter((v) => v !== undefined)}
                      options={optionsFor(u)}
                      placeholder={said(u)}
                      onChange={([v]) => v !== undefined && setChosen({ ...chosen, [u.field]: { ...chosen[u.field], [u.value]: v } })}
                    />
                    {keeps(u) && <p className="muted small">{u.detail ? t("import.keeps", u.detail) : t("import.toRemark")}</p>}
                  </>
                ) : (
                  <span className="muted small">{said(u)}</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

import { useMemo, useState } from "react";
import type { ImportColumn, ImportSheet } from "../../api/types";
import { t } from "../../lib/i18n";
import { Chips, Field, Spinner } from "../../lib/ui/bits";
import { Combobox, type Option } from "../../lib/ui/combobox";
import { IconAlertTriangle, IconCheck, IconHelp } from "../../lib/ui/icons";
import { useUserOptions } from "../../meta/directory";
import { entityByName, useMeta } from "../../meta/meta";
import { allSure, doubled, included, rowCount, unfilled } from "./mapping-state";
import type { WizardProps } from "./wizard";

/** ② Which column means what; nothing is written yet. */
export function Mapping({ imp, change, run, pending }: WizardProps) {
  const visible = imp.sheets.filter((s) => !s.hidden || s.include);
  const [shown, setShown] = useState(() => included(imp)[0]?.index ?? visible[0]?.index ?? 0);
  const sheet = imp.sheets.find((s) => s.index === shown) ?? imp.sheets[0];
  const rows = rowCount(imp);
  const sure = allSure(imp);
  const lacking = included(imp).flatMap((s) =>
    unfilled(imp, s).map((label) => (included(imp).length > 1 ? `${s.name} · ${label}` : label)),
  );
  const blocked = lacking.length > 0 || included(imp).length === 0;
  if (!sheet) return <p className="note bad">{t("import.noSheet")}</p>;
  return (
    <>
      {visible.length > 1 && (
        <div className="sheets" role="group" aria-label={t("import.sheets")}>
          {visible.map((s) => (
            <div key={s.index} className={s.index === shown ? "sheet-tab on" : "sheet-tab"}>
              <input
                type="checkbox"
                aria-label={t("import.include", s.name)}
                checked={s.include}
                disabled={pending}
                onChange={(e) => void change({ sheets: [{ index: s.index, include: e.target.checked }] })}
              />
              <button type="button" aria-pressed={s.index === shown} onClick={() => setShown(s.index)}>
                {s.name} {s.rows >= 0 && <span className="muted small num">{t("import.rows", s.rows)}</span>}
              </button>
            </div>
          ))}
        </div>
      )}
      <section className="box">
        <div className="box-head">
          <h2>{t("import.columns", sheet.columns.length)}</h2>
          <HeaderRow
            key={`${sheet.index}-${sheet.header_row}`}
            sheet={sheet}
            onChange={(row) => void change({ sheets: [{ index: sheet.index, header_row: row }] })}
          />
        </div>
        {sheet.note && <p className="note sheet-note">{sheet.note}</p>}
        <Columns
          imp={imp}
          sheet={sheet}
          pending={pending}
          onChange={(c, field) => void change({ sheets: [{ index: sheet.index, fields: { [c.index]: field } }] })}
        />
      </section>
      <Options imp={imp} change={change} run={run} pending={pending} />
      <div className="import-foot">
        {blocked ? (
          <p className="row late grow">
            <IconAlertTriangle size={17} aria-hidden />
            {lacking.length ? t("import.lacking", lacking.join(t("list.comma"))) : t("import.noneChosen")}
          </p>
        ) : (
          <p className="row muted grow">{sure ? t("import.sure") : t("import.unsure")}</p>
        )}
        <button
          type="button"
          className={sure ? "btn big" : "btn big primary"}
          disabled={blocked || pending}
          onClick={() => void run("check")}
        >
          {t("import.check")}
        </button>
        <button
          type="button"
          className={sure ? "btn big primary" : "btn big"}
          disabled={blocked || pending}
          onClick={() => void run("run")}
        >
          {pending && <Spinner />}
          {rows === undefined ? t("import") : t("import.go", rows)}
        </button>
      </div>
    </>
  );
}

function HeaderRow({ sheet, onChange }: { sheet: ImportSheet; onChange: (row: number) => void }) {
  const [row, setRow] = useState(String(sheet.header_row));
  const send = () => {
    const n = Number(row);
    if (Number.isInteger(n) && n >= 0 && n !== sheet.header_row) onChange(n);
  };
  return (
    <label className="row small header-row">
      {t("import.header")}
      <input
        className="input"
        type="number"
        min={0}
        max={50}
        value={row}
        onChange={(e) => setRow(e.target.value)}
        onBlur={send}
        onKeyDown={(e) => e.key === "Enter" && send()}
      />
    </label>
  );
}

type ColumnsProps = Pick<WizardProps, "imp" | "pending"> & { sheet: ImportSheet; onChange: (c: ImportColumn, field: string) => void };

function Columns({ imp, sheet, pending, onChange }: ColumnsProps) {
  const meta = useMeta();
  const options: Option[] = useMemo(() => {
    const name = (e: string) => entityByName(meta, e)?.label ?? "";
    return [
      { value: "", label: t("import.ignore") },
      ...(imp.targets ?? []).map((x) => ({ value: x.field, label: x.label, hint: x.label.includes("·") ? "" : name(x.entity) })),
    ];
  }, [imp.targets, meta]);
  const twice = doubled(sheet);
  return (
    <div className="map-scroll">
      <table className="plain map">
        <thead>
          <tr>
            <th scope="col">{t("import.colHeader")}</th>
            <th scope="col">{t("import.colSamples")}</th>
            <th scope="col">{t("import.colTarget")}</th>
            <th scope="col">
              <span className="sr">{t("import.colSure")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sheet.columns.map((c) => (
            <tr key={c.index} className={c.field ? undefined : "ignored"}>
              <th scope="row">{c.header || "—"}</th>
              <td className="samples">
                {(c.samples ?? [])
                  .filter(Boolean)
                  .slice(0, 3)
                  .map((s, i) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: samples may repeat
                    <span key={i}>{s}</span>
                  ))}
              </td>
              <td className="target">
                <Combobox
                  label={t("import.target", c.header)}
                  value={[c.field]}
                  options={options}
                  disabled={pending}
                  invalid={twice.has(c.field)}
                  onChange={([v]) => v !== undefined && v !== c.field && onChange(c, v)}
                />
                {twice.has(c.field) && <p className="field-error">{t("import.twice")}</p>}
              </td>
              <td className="sure">
                {c.field === "" ? null : c.certain ? (
                  <span className="row good small">
                    <IconCheck size={15} aria-hidden />
                    {t("import.auto")}
                  </span>
                ) : c.field === "+remark" ? (
                  <span className="muted small">{t("import.kept")}</span>
                ) : (
                  <span className="row unsure small">
                    <IconHelp size={15} aria-hidden />
                    {t("import.guess")}
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const duplicates = ["", "skip", "fill", "overwrite", "create"] as const;

function Options({ imp, change }: WizardProps) {
  const users = useUserOptions();
  const o = imp.options;
  const set = (patch: Partial<typeof o>) => void change({ options: { ...o, ...patch } });
  return (
    <section className="box box-pad import-options">
      <Chips
        label={t("import.duplicates")}
        value={o.duplicates ?? ""}
        options={duplicates.map((d) => ({ value: d, label: t(d ? `import.dup.${d}` : "import.dup.auto") }))}
        onChange={(d) => set({ duplicates: d })}
      />
      <p className="muted small">{t(o.duplicates ? `import.dupText.${o.duplicates}` : "import.dupText.auto")}</p>
      <div className="import-two">
        <Field id="import-owner" label={t("import.owner")}>
          <Combobox
            id="import-owner"
            value={o.owner_id ? [o.owner_id] : []}
            options={users}
            clearable
            placeholder={t("me")}
            onChange={([v]) => set({ owner_id: v ?? "" })}
          />
        </Field>
        <Field id="import-dates" label={t("import.dates")}>
          <select
            id="import-dates"
            className="input"
            value={o.date_order || "ymd"}
            onChange={(e) => set({ date_order: e.target.value as "ymd" })}
          >
            <option value="ymd">2024-03-01</option>
            <option value="dmy">{t("import.dmy")}</option>
            <option value="mdy">{t("import.mdy")}</option>
          </select>
        </Field>
      </div>
    </section>
  );
}

import { useId } from "react";
import { t } from "../../lib/i18n";
import { IconPlus, IconX } from "../../lib/ui/icons";

type Row = Record<string, string>;
type Column<R extends Row> = {
  name: keyof R & string;
  label: string;
  wide?: boolean;
  secret?: boolean;
  options?: { value: string; label: string }[];
  /** What stands in it while it is empty. */
  hint?: (row: R) => string;
  /** Whether the row has it. */
  only?: (row: R) => boolean;
};
type Props<R extends Row> = {
  label: string;
  add: string;
  error?: string;
  rows: R[];
  empty: R;
  columns: Column<R>[];
  onChange: (rows: R[]) => void;
};

/** Parts of which there may be any number, a row each. */
export function PartRows<R extends Row>({ label, add, error, rows, empty, columns, onChange }: Props<R>) {
  const id = useId();
  const put = (at: number, name: string, value: string) => onChange(rows.map((r, i) => (i === at ? { ...r, [name]: value } : r)));
  return (
    <div className="sms-rows" role="group" aria-label={label}>
      {rows.map((row, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
        <div key={at} className="sms-row">
          {columns
            .filter((c) => !c.only || c.only(row))
            .map((c) => {
              const props = {
                id: `${id}-${at}-${c.name}`,
                className: "input",
                value: row[c.name] ?? "",
                onChange: (e: { target: { value: string } }) => put(at, c.name, e.target.value),
              };
              return (
                <div key={c.name} className={c.wide ? "field sms-wide" : "field"}>
                  <label htmlFor={props.id}>{c.label}</label>
                  {c.options ? (
                    <select {...props}>
                      {c.options.map((o) => (
                        <option key={o.value} value={o.value}>
                          {o.label}
                        </option>
                      ))}
                    </select>
                  ) : (
                    <input
                      {...props}
                      type={c.secret ? "password" : "text"}
                      placeholder={c.hint?.(row)}
                      autoComplete={c.secret ? "new-password" : "off"}
                      spellCheck={false}
                    />
                  )}
                </div>
              );
            })}
          <button
            type="button"
            className="icon-btn"
            aria-label={t("sms.drop", row[columns[0]?.name ?? ""] || label)}
            onClick={() => onChange(rows.filter((_, i) => i !== at))}
          >
            <IconX size={16} aria-hidden />
          </button>
        </div>
      ))}
      {error && <p className="field-error">{error}</p>}
      <div>
        <button type="button" className="btn small" onClick={() => onChange([...rows, empty])}>
          <IconPlus size={15} aria-hidden />
          {add}
        </button>
      </div>
    </div>
  );
}

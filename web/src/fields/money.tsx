import { useState } from "react";
import { formatMoney, moneyInput, parseMoney } from "../lib/format";
import { t } from "../lib/i18n";
import { type FieldKind, type InputProps, type ShowProps, str } from "./kind";
import { LineInput } from "./text";

const Show = ({ field, rec }: ShowProps) => <span className="num">{formatMoney(rec[field.name] as number | null)}</span>;

/** Takes "1,200.5", "10万" and the like; what it understood stands below when it is not plain. */
function Input(p: InputProps) {
  const [typed, setTyped] = useState(moneyInput(p.value as number | null));
  const type = (v: unknown) => {
    setTyped(str(v));
    const minor = parseMoney(str(v));
    if (minor !== undefined) p.onChange(minor);
  };
  const understood = parseMoney(typed);
  return (
    <div className="money">
      <LineInput {...p} value={typed} onChange={type} inputMode="decimal" className="num" placeholder={p.inline ? "" : t("money.hint")} />
      {!p.inline && typed && (
        <span className={understood === undefined ? "field-error" : "field-help"}>
          {understood === undefined ? t("money.bad") : formatMoney(understood)}
        </span>
      )}
    </div>
  );
}
export const money: FieldKind = { Show, Input, text: (v) => formatMoney(v as number | null), width: 130, numeric: true };

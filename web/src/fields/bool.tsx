import { t } from "../lib/i18n";
import { Combobox } from "../lib/ui/combobox";
import { IconCheck } from "../lib/ui/icons";
import type { FieldKind, InputProps, ShowProps } from "./kind";

const said = (v: unknown) => (v === true ? t("yes") : v === false ? t("no") : "");
const Show = ({ field, rec }: ShowProps) =>
  rec[field.name] === true ? (
    <>
      <IconCheck size={16} aria-hidden />
      <span className="sr">{t("yes")}</span>
    </>
  ) : (
    <span className="muted">{t("no")}</span>
  );

function Input({ field, id, value, onChange, inline, onLeave, describedBy, placeholder }: InputProps) {
  if (!inline && placeholder === undefined)
    return (
      <label className="check" htmlFor={id}>
        <input
          id={id}
          type="checkbox"
          checked={value === true}
          aria-describedby={describedBy}
          onChange={(e) => onChange(e.target.checked)}
        />
        {t("yes")}
      </label>
    );
  return (
    <Combobox
      id={id}
      label={field.label}
      value={value === true ? ["1"] : value === false ? ["0"] : []}
      options={[
        { value: "1", label: t("yes") },
        { value: "0", label: t("no") },
      ]}
      autoOpen={inline}
      onLeave={onLeave}
      onChange={([v]) => onChange(v === "1")}
    />
  );
}
export const bool: FieldKind = { Show, Input, text: said, width: 90, picks: true };

import type { Condition, FieldMeta } from "../api/types";
import { t } from "../lib/i18n";
import { shapeOf } from "../meta/filter";
import { kindOf } from ".";
import { type InputProps, list } from "./kind";
import { LineInput } from "./text";

type Props = { field: FieldMeta; id: string; condition: Condition; onChange: (value: unknown) => void };

// Times are asked by the day: nobody filters by the minute.
const Part = (p: InputProps) => {
  if (p.field.type === "datetime" || p.field.type === "date") return <LineInput {...p} type="date" />;
  const { Input } = kindOf(p.field);
  return <Input {...p} placeholder="" />;
};

/** The input for a condition's value, as its operator wants it: none, one, several, a pair, or a number of days. */
export function FilterValue({ field, id, condition, onChange }: Props) {
  const { op, value } = condition;
  const plain = { ...field, required: false, open: false };
  switch (shapeOf(op)) {
    case "none":
      return null;
    case "days":
      return (
        <span className="row">
          <input
            id={id}
            type="number"
            min={0}
            max={3650}
            className="input days"
            aria-label={t("filter.days")}
            value={typeof value === "number" ? value : ""}
            onChange={(e) => onChange(e.target.value === "" ? undefined : Number(e.target.value))}
          />
          {t("filter.days")}
        </span>
      );
    case "pair": {
      const [a, b] = Array.isArray(value) ? value : [];
      return (
        <span className="row pair">
          <Part field={plain} id={id} value={a} onChange={(v) => onChange([v, b])} />
          <span className="muted">–</span>
          <Part field={plain} id={`${id}-to`} value={b} onChange={(v) => onChange([a, v])} />
        </span>
      );
    }
    case "many": {
      const { Many } = kindOf(field);
      if (Many) return <Many field={plain} id={id} value={list(value)} onChange={onChange} label={field.label} />;
      return <Part field={plain} id={id} value={list(value)[0]} onChange={(v) => onChange([v])} />;
    }
    default:
      return <Part field={plain} id={id} value={value} onChange={onChange} />;
  }
}

/** A condition in words: "负责人 是 我、王芳". */
export function ConditionText({ field, condition }: { field: FieldMeta; condition: Condition }) {
  const { op, value } = condition;
  const kind = kindOf(field);
  const shape = shapeOf(op);
  const word = t(`op.${op}` as "op.is");
  const said =
    shape === "none" ? null : shape === "days" ? (
      <b>{t("filter.nDays", Number(value))}</b>
    ) : shape === "pair" ? (
      <b>
        {list(value)
          .map((v) => kind.text(field.type === "int" || field.type === "money" ? Number(v) : v, field))
          .join(" – ")}
      </b>
    ) : kind.Value ? (
      <b>
        <kind.Value field={field} value={value} />
      </b>
    ) : (
      <b>{kind.text(value, field)}</b>
    );
  return (
    <>
      {field.label} <span className="muted">{word}</span> {said}
    </>
  );
}

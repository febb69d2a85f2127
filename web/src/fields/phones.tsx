import { type FieldKind, type ShowProps, str } from "./kind";
import { LineInput } from "./text";

/** Several numbers in one field, each a link of its own. */
function Show({ field, rec }: ShowProps) {
  const numbers = str(rec[field.name]).split(/[\s,;，；、/]+/);
  return (
    <span className="badges">
      {numbers.filter(Boolean).map((n) =>
        n.includes("*") ? (
          <span key={n}>{n}</span>
        ) : (
          <a key={n} className="num" href={`tel:${n.replace(/[^\d+]/g, "")}`} onClick={(e) => e.stopPropagation()}>
            {n}
          </a>
        ),
      )}
    </span>
  );
}
export const phones: FieldKind = { Show, Input: LineInput, text: str, width: 160 };

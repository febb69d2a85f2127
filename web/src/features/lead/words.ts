import type { Rec } from "../../api/types";
import { t } from "../../lib/i18n";
import { useEntity } from "../../meta/meta";

const colors: Record<string, string> = { A: "red", B: "orange", C: "blue" };
export const gradeColor = (grade: string) => colors[grade] ?? "gray";

/** The labels of some of a lead's fields, or of what it was sent back for, joined. */
export function useFieldNames(): (names: string[]) => string {
  const entity = useEntity("lead");
  const lacks = entity?.fields.find((f) => f.name === "lacking")?.choices;
  return (names) =>
    names
      .map((n) => lacks?.find((c) => c.value === n)?.label ?? entity?.fields.find((f) => f.name === n)?.label ?? n)
      .join(t("list.comma"));
}

export const maskedPhone = (lead: Rec) => !lead.phone || !!lead._masked?.includes("phone");
/** The address that dials a lead. */
export const dial = (lead: Rec) => `tel:${String(lead.phone).replace(/[^\d+]/g, "")}`;

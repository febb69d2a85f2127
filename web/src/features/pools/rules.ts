import type { Recycle } from "../../api/pools";
import { t } from "../../lib/i18n";

export const sinces = ["followup", "assigned", "deal"] as const;

/** The rules by which records fall into a pool, in words; "" for none. */
export function saidRules(r: Partial<Recycle>): string {
  const groups = (r.groups ?? []).map((g) =>
    g.all
      .map((c) => {
        const grades = Object.entries(c.grades ?? {}).map(([grade, days]) => t("pools.ofGrade", grade, days));
        return t(`pools.since.${c.since}`, c.days) + (grades.length ? t("pools.grades", grades.join(t("list.comma"))) : "");
      })
      .join(t("pools.and")),
  );
  return groups.join(t("pools.or")) + (groups.length && r.working ? t("pools.inWorking") : "");
}

import type { EntityMeta, Rec } from "../../api/types";
import { str } from "../../fields";
import { openPlan } from "../../form/open";
import { dayOf } from "../../lib/dates";
import { formatDay } from "../../lib/format";
import { t } from "../../lib/i18n";
import { toast } from "../../lib/ui/toast";
import { knownEntity, may } from "../../meta/meta";

/** Offers to plan the next follow-up when a customer has come to another stage, by the day that its cadence asks for. */
export function propose(entity: EntityMeta, saved: Rec) {
  const at = str(saved.next_followup_at);
  if (!at || !may(knownEntity("followup"), "create")) return;
  const customer = { id: saved.id, name: str(saved[entity.title]) };
  toast(t("stage.next", formatDay(dayOf(new Date(at)))), { action: { label: t("plan.save"), run: () => openPlan({ customer, at }) } });
}

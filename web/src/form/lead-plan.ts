import type { Rec } from "../api/types";
import { str } from "../fields/kind";
import { addDays, instantAt, timeOf, today } from "../lib/dates";
import { type PlainKey, t } from "../lib/i18n";
import { at, laterToday } from "./when";

// How one first meets a lead from a source, and what there is to learn and to say (leads.md, “Plan”).
const bySource: Record<string, { way: string; purpose: PlainKey }> = {
  fair: { way: "call", purpose: "plan.lead.fair" },
  website: { way: "call", purpose: "plan.lead.website" },
  inquiry: { way: "call", purpose: "plan.lead.inquiry" },
  advertising: { way: "call", purpose: "plan.lead.website" },
  platform: { way: "call", purpose: "plan.lead.website" },
  telesales: { way: "call", purpose: "plan.lead.other" },
  webinar: { way: "mail", purpose: "plan.lead.webinar" },
  referral: { way: "visit", purpose: "plan.lead.referral" },
  cold_visit: { way: "visit", purpose: "plan.lead.other" },
};

/** How a first touch of leads from a source is proposed; a call where nothing speaks for something else. */
export const firstTouch = (source: string) => bySource[source] ?? { way: "call", purpose: "plan.lead.other" as const };

/** Before this hour there is time left today. */
const lastHour = "16:00";

/** The plan proposed for a lead: one of grade A is met today while the day lasts. Whom one has met already needs no first goal. */
export function proposed(lead: Rec, now = timeOf(new Date())): Record<string, unknown> {
  const soon = lead.grade === "A" && !lead.contacted_at && now < lastHour;
  const { way, purpose } = firstTouch(str(lead.source));
  return {
    planned_at: soon ? at(today(), laterToday()) : instantAt(addDays(today(), 1)),
    way: lead.contacted_at ? "call" : way,
    purpose: lead.contacted_at ? "" : t(purpose),
  };
}

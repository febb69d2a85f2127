import { type LeadOutcome, moveLead } from "../../api/leads";
import type { Rec } from "../../api/types";
import { takeBack } from "../../api/undo";
import { str } from "../../fields";
import { toast } from "../../lib/ui/toast";
import { refresh } from "../../record/edit";
import { refreshLeads } from "./use-queue";

/** Moves a lead, and says so with the way back. The customer that it became may have moved with it. */
export async function movedLead(rec: Rec, outcome: LeadOutcome, said: string) {
  const again = () => {
    refreshLeads([rec.id]);
    if (rec.customer_id) refresh("customers", str(rec.customer_id));
  };
  const { undo } = await moveLead(rec.id, outcome);
  again();
  toast(said, { undo: () => void takeBack(undo, again) });
}

import type { LeadCandidate, LeadQueue, ToReview } from "../../api/leads";
import type { FieldMeta, Rec } from "../../api/types";
import { blank } from "../../fields/kind";

/** Without these no lead passes (leads.md, “Review”, completeness); they are named as what a lead is sent back for. */
const needed = ["company", "contact_name", "phone", "source"];
/** What else a review likes to know, in the order in which it is asked for. */
const wished = ["need", "industry", "budget"];

/** What a lead needs to pass and has not. */
export const lacking = (lead: Rec): string[] => needed.filter((name) => blank(lead[name]));

/** What is asked for when a lead is sent back, before anybody chooses: so that one more tap is enough. */
export function proposedLacks(lead: Rec): string[] {
  const must = lacking(lead);
  if (must.length > 0) return must;
  const more = wished.filter((name) => blank(lead[name]));
  return more.length > 0 ? more.slice(0, 2) : ["other"];
}

/** The first who is not full; when all are, the first. */
export const fittest = (candidates: LeadCandidate[]): LeadCandidate | undefined => candidates.find((c) => !c.full) ?? candidates[0];

/** A decision that was made here: the lead, and as which of its submissions, is not shown until the server knows, too. */
export type Gone = ReadonlyMap<string, string>;
const submission = (x: ToReview) => String(x.lead.submitted_at ?? "");

/** The leads still to be decided, those that are due first on top; of one source when one is asked for. */
export function waiting(pages: LeadQueue[], gone: Gone, source = ""): ToReview[] {
  const seen = new Set<string>();
  const items = pages
    .flatMap((p) => p.items)
    .filter((x) => {
      const id = x.lead.id;
      if (seen.has(id) || gone.get(id) === submission(x)) return false;
      seen.add(id);
      return !source || x.lead.source === source;
    });
  const due = (x: ToReview) => (x.due_at ? Date.parse(x.due_at) : Number.POSITIVE_INFINITY);
  return items.sort((a, b) => due(a) - due(b) || submission(a).localeCompare(submission(b)));
}

/** How many wait in all, without those decided here that the server still counted. */
export function total(pages: LeadQueue[], gone: Gone): number {
  const counted = pages[0]?.total ?? 0;
  const decided = new Set(pages.flatMap((p) => p.items).filter((x) => gone.get(x.lead.id) === submission(x)));
  return Math.max(0, counted - decided.size);
}

export const withGone = (gone: Gone, items: ToReview[]): Gone =>
  new Map([...gone, ...items.map((x) => [x.lead.id, submission(x)] as const)]);
export const withoutGone = (gone: Gone, ids: string[]): Gone => new Map([...gone].filter(([id]) => !ids.includes(id)));

/** What is shown after some are decided: what has moved up to the place of the one shown, or the last. */
export function following(items: ToReview[], current: string, decided: string[]): string {
  const at = items.findIndex((x) => x.lead.id === current);
  const rest = items.filter((x) => !decided.includes(x.lead.id));
  if (rest.some((x) => x.lead.id === current)) return current;
  const above = items.slice(0, Math.max(at, 0)).filter((x) => !decided.includes(x.lead.id)).length;
  return rest[Math.min(above, rest.length - 1)]?.lead.id ?? "";
}

/** The steps of a decision chain as written: 技术评估 → 财务审批 → 老板确认. */
export const steps = (decision: string): string[] =>
  decision
    .split(/\s*(?:→|->|=>|>|＞|—>|、|，|,|；|;|\n)\s*/)
    .map((x) => x.trim())
    .filter(Boolean);

const moves: Record<string, string[]> = {
  todo: ["working", "need", "proposal", "negotiating", "won", "lost", "parked", "invalid"],
  working: ["need", "proposal", "negotiating", "won", "lost", "parked", "invalid"],
  need: ["working", "proposal", "negotiating", "won", "lost", "parked", "invalid"],
  proposal: ["working", "need", "negotiating", "won", "lost", "parked", "invalid"],
  negotiating: ["working", "need", "proposal", "won", "lost", "parked", "invalid"],
  won: ["negotiating"],
  lost: ["todo"],
};
/** Whoever reviews says that a lead is not worked, or is taken up again. */
const reviewed = ["parked", "invalid", "todo"];

/** The states into which somebody may bring a lead by hand; what has become a customer is not put aside any more. */
export const movesOf = (state: string, reviewer: boolean, converted: boolean): string[] =>
  (moves[state] ?? []).filter((to) => (reviewer || !reviewed.includes(to)) && !(converted && (to === "parked" || to === "invalid")));

export const openStates = ["todo", "working", "need", "proposal", "negotiating"];

/** The choices of a field as chips want them. */
export const chipsOf = (f: FieldMeta | undefined) =>
  (f?.choices ?? []).filter((c) => !c.disabled).map((c) => ({ value: c.value, label: c.label, color: c.color || undefined }));

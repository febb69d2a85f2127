/** What the address says of the review: the lead to begin with. */
export const reviewSearch = (s: Record<string, unknown>): { lead?: string } => ({
  lead: typeof s.lead === "string" && s.lead ? s.lead : undefined,
});

/** What a talk track may name of a lead: the lead's field, and where the track keeps it. */
export const conditions = [
  ["source", "sources"],
  ["lead_type", "lead_types"],
  ["industry", "industries"],
] as const;

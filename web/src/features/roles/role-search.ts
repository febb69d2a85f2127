/** What the address of a role says: which role a new one is made from. */
export type RoleSearch = { from?: string };
export const roleSearch = (s: Record<string, unknown>): RoleSearch => ({ from: typeof s.from === "string" ? s.from : undefined });

import { currentUser, patchMe, setUser } from "../../api/session";

/** The cards of the workbench, in the order in which they stand unless somebody chose another. */
export const cards = ["todo", "warnings", "team", "schedule", "stages", "birthdays"] as const;
export type Card = (typeof cards)[number];
/** Those that need more room than the narrow column. */
export const wide: readonly Card[] = ["todo", "warnings", "team"];
export type Arrangement = { order: Card[]; off: Card[] };

const isCard = (x: unknown): x is Card => cards.includes(x as Card);
const listed = (v: unknown): Card[] => (Array.isArray(v) ? v.filter(isCard) : []);

/** How somebody's settings say that the cards stand; what is new since then comes last, and shown. */
export function arrangementOf(settings: unknown): Arrangement {
  const s = (settings ?? {}) as Partial<Record<keyof Arrangement, unknown>>;
  const order = [...new Set(listed(s.order))];
  return { order: [...order, ...cards.filter((c) => !order.includes(c))], off: listed(s.off) };
}

export const ownArrangement = () => arrangementOf(currentUser()?.settings?.home);

export async function arrange(a: Arrangement) {
  const settings = { ...currentUser()?.settings, home: a };
  setUser(await patchMe({ settings }));
}

/** The order with one card moved by n places. */
export function moved(order: Card[], card: Card, n: number): Card[] {
  const from = order.indexOf(card);
  const to = Math.max(0, Math.min(order.length - 1, from + n));
  const next = order.filter((c) => c !== card);
  next.splice(to, 0, card);
  return next;
}

import type { Rec } from "../../api/types";
import { str } from "../../fields";

export type Person = { rec: Rec; below: Person[] };

/** The contacts of a customer as their organisation: who reports to nobody here stands on top. Circles are cut open. */
export function organisation(contacts: Rec[]): Person[] {
  const people = new Map(contacts.map((rec) => [rec.id, { rec, below: [] } as Person]));
  const roots: Person[] = [];
  for (const p of people.values()) {
    const boss = people.get(str(p.rec.reports_to));
    if (boss && boss !== p && !reports(boss, p, people)) boss.below.push(p);
    else roots.push(p);
  }
  return roots;
}

// Whether a stands somewhere below b.
function reports(a: Person, b: Person, people: Map<string, Person>): boolean {
  const seen = new Set<Person>();
  for (let x: Person | undefined = a; x && !seen.has(x); x = people.get(str(x.rec.reports_to))) {
    if (x === b) return true;
    seen.add(x);
  }
  return false;
}

/** The decision roles that nobody here holds yet: the gaps to fill. */
export const gaps = (contacts: Rec[], roles: string[]) => roles.filter((r) => !contacts.some((c) => c.decision_role === r));

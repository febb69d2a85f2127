/** The parts of a code rule that stand for something; the serial must be the last. */
export const codeParts = ["{year}", "{month}", "{industry}", "{serial:3}"] as const;

/** A code as the rule would give it on a day for an industry with an abbreviation; undefined when it is no rule. */
export function codeExample(rule: string, today: string, industry = "Tech", serial = 1): string | undefined {
  const end = /\{serial(?::(\d))?\}$/.exec(rule);
  if (!end) return undefined;
  const known: Record<string, string> = { "{year}": today.slice(0, 4), "{month}": today.slice(5, 7), "{industry}": industry };
  const before = rule.slice(0, end.index);
  if ((before.match(/\{[^}]*\}/g) ?? []).some((part) => !(part in known))) return undefined;
  return before.replace(/\{[^}]*\}/g, (part) => known[part] ?? "") + String(serial).padStart(Number(end[1] ?? 1), "0");
}

/** The rule with a part put in at a place, or before the serial when it would come to stand behind it. */
export function withPart(rule: string, part: string, at: number): string {
  const serial = rule.search(/\{serial(:\d)?\}$/);
  if (part.startsWith("{serial")) return (serial < 0 ? rule : rule.slice(0, serial)) + part;
  const place = serial >= 0 ? Math.min(at, serial) : at;
  return rule.slice(0, place) + part + rule.slice(place);
}

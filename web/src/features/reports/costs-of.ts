import { parseMoney } from "../../lib/format";

/** What was spent in a month, after what was typed: an emptied field takes its source out. */
export function costsOf(saved: Record<string, number>, typed: Record<string, string>): Record<string, number> {
  const out = { ...saved };
  for (const [source, text] of Object.entries(typed)) {
    const minor = parseMoney(text);
    if (minor == null) delete out[source];
    else out[source] = minor;
  }
  return out;
}

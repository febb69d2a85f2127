import { currentLanguage } from "../lib/i18n";

/** The server puts the answers that the first view asks for into the page, so that it paints without waiting. */
type Answers = { path: string; data: unknown }[];

let answers: Map<string, unknown> | undefined;
/** What nobody has asked for by then, in milliseconds from the opening, is no longer as it is. */
const fresh = 30_000;

// The order of parameters is the page's and the server's own affair.
const canonical = (url: string) => {
  const u = new URL(url, "http://x");
  u.searchParams.sort();
  return u.pathname + u.search;
};

function read(doc: Document): Map<string, unknown> {
  const el = doc.getElementById("boot");
  if (!el?.textContent) return new Map();
  el.remove();
  // The server went by the browser's language; the user may have chosen the other one here.
  if (el.dataset.lang && el.dataset.lang !== currentLanguage()) return new Map();
  return new Map((JSON.parse(el.textContent) as Answers).map((a) => [canonical(a.path), a.data]));
}

/** The answer that came with the page for a GET of url, once; undefined when there is none. */
export function takeBootAnswer(url: string, doc: Document = document): unknown {
  answers ??= read(doc);
  if (performance.now() > fresh) answers.clear();
  const key = canonical(url);
  const data = answers.get(key);
  answers.delete(key);
  return data;
}

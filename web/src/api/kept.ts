import { currentLanguage } from "../lib/i18n";
import { Store } from "../lib/store";

// What the server last said to this user, for when it cannot be reached. The answers lie in the browser's database, apart
// for each user (offline.ts, which is fetched when the page is at rest).

/** What a rep needs away from the desk. Searches, logs, settings and everything of administrators are not kept. */
const kept =
  /^\/(boot|meta|directory|views|todo|home|calendar|clock-kinds|customers|contacts|followups)(?![\w-])(?!.*\/(log|export|template|duplicates)\b)/;
export const isKept = (path: string) => kept.test(path);

/** How long the server may take before the kept answer is shown, in milliseconds. */
const patience = 3000;

/** When what is on the screen was said, while it is not what the server says now. */
export const shownFrom = new Store<number | null>(null);

let owner = "";
/** Says whose answers these are, "" for nobody's; what was kept for others is forgotten when the page is at rest. */
export function setOwner(id: string) {
  owner = id;
  setTimeout(
    () =>
      void offline()
        .then((box) => box.forget(owner))
        .catch(() => {}),
    3000,
  );
}
export const currentOwner = () => owner;

export const offline = () => import("./offline");
const named = (url: string) => (/\/boot$/.test(url) ? "boot" : `${owner} ${currentLanguage()} ${url}`);

let waiting: [string, unknown][] = [];
/** Keeps an answer, when the page is at rest. */
export function remember(url: string, data: unknown) {
  if (waiting.push([url, data]) > 1) return;
  const write = async () => {
    const all = waiting;
    waiting = [];
    try {
      await (await offline()).keep(all.filter(([u]) => owner || named(u) === "boot").map(([u, d]) => [named(u), d]));
    } catch {} // no database here, or no room in it
  };
  // Not while the first screen is on its way.
  setTimeout(() => void write(), performance.now() < 4000 ? 2500 : 300);
}

// Answers that came after their kept ones had been shown: the next one who asks has them at once.
const tardy = new Map<string, { data: unknown; at: number }>();

async function keptAnswer<T>(url: string): Promise<T | undefined> {
  try {
    const found = await (await offline()).find(named(url));
    if (!found) return undefined;
    shownFrom.set(Math.min(found.at, shownFrom.get() ?? found.at));
    return found.data as T;
  } catch {
    return undefined;
  }
}

/** The answer of the server; where it cannot be reached, or not in time, the one that was kept. */
export async function orKept<T>(url: string, asked: Promise<T>, unreachable: (e: unknown) => boolean): Promise<T> {
  const late = tardy.get(url);
  tardy.delete(url);
  if (late && Date.now() - late.at < 30_000) {
    asked.catch(() => {});
    return late.data as T;
  }
  let shown = false;
  const answer = asked.then((data) => {
    remember(url, data);
    if (shown) tardy.set(url, { data, at: Date.now() });
    return data;
  });
  answer.catch(() => {});
  const waited = new Promise<undefined>((go) => setTimeout(go, patience));
  try {
    const first = await Promise.race([answer.then((data) => ({ data })), waited]);
    if (first) return first.data;
  } catch (e) {
    const found = unreachable(e) ? await keptAnswer<T>(url) : undefined;
    if (found === undefined) throw e;
    return found;
  }
  const found = await keptAnswer<T>(url);
  if (found === undefined) return answer;
  shown = true;
  return found;
}

import { BASE } from "../../api/client";
import type { Note } from "../../api/notes";
import { currentLanguage } from "../../lib/i18n";

type Heard = { note?: Note; unread?: number; last?: number };
type Said = Heard | { hello: true };

/** How long after a refusal the stream is tried again, in milliseconds. */
const again = 20_000;

/**
 * Hears what the user is told while the page is open. Of the pages of one browser one holds the stream and tells the
 * others: a browser opens only six connections to a server. Where it has no locks (no https), each page has its own while it is
 * looked at. Nothing is lost when one page takes over from another: it begins after what it has heard. Gives what ends it.
 */
export function hear(user: string, on: (h: Heard) => void): () => void {
  const end = new AbortController();
  const others = new BroadcastChannel(`genjin-notes-${user}`);
  const heard = new Set<number>();
  let source: EventSource | undefined;
  let timer = 0;
  let last = "";
  let unread: number | undefined;

  const take = (h: Heard) => {
    if (h.last) last = String(h.last);
    if (h.unread !== undefined) unread = h.unread;
    if (h.note) {
      if (heard.has(h.note.seq)) return;
      heard.add(h.note.seq);
      last = String(h.note.seq);
    }
    on(h);
  };
  const tell = (h: Heard) => {
    take(h);
    others.postMessage(h);
  };
  others.onmessage = (e: MessageEvent<Said>) => {
    if (!("hello" in e.data)) take(e.data);
    else if (source && unread !== undefined) others.postMessage({ unread });
  };
  const open = () => {
    close();
    const q = new URLSearchParams({ lang: currentLanguage() });
    if (last) q.set("after", last);
    source = new EventSource(`${BASE}/events?${q}`);
    source.addEventListener("note", (e) => tell({ note: JSON.parse(e.data) }));
    source.addEventListener("unread", (e) => tell(JSON.parse(e.data)));
    source.onerror = () => {
      if (source?.readyState !== EventSource.CLOSED) return; // the browser tries by itself
      clearTimeout(timer);
      timer = window.setTimeout(open, again);
    };
  };
  const close = () => {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  };
  const whileSeen = () => (document.visibilityState === "visible" ? source || open() : close());

  if (navigator.locks) {
    others.postMessage({ hello: true });
    const ended = new Promise<void>((go) => end.signal.addEventListener("abort", () => go()));
    const hold = () => {
      open();
      return ended;
    };
    navigator.locks.request(`genjin-notes-${user}`, { signal: end.signal }, hold).catch(() => {}); // ended while it waited
  } else {
    document.addEventListener("visibilitychange", whileSeen, { signal: end.signal });
    whileSeen();
  }
  return () => {
    end.abort();
    close();
    others.close();
  };
}

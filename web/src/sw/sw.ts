// The service worker: the page opens without a network, on a phone's home screen too. It keeps what is the same for
// everybody, files and a document that says nothing of anybody; what the server said to a user is kept by the page
// itself (api/kept.ts), apart for each.
import "./push";

declare const self: ServiceWorkerGlobalScope;
/** Put in by the build (scripts/service-worker.ts): a name that changes with the files, and their addresses. */
declare const SHELL: { version: string; document: string; files: string[] };

const files = SHELL.files;
const prefix = "genjin-shell-";
const name = prefix + SHELL.version;
/** How long the server may take for a document before the kept one is shown, in milliseconds. */
const patience = 3000;

/** Fetches what a version consists of; files whose names hold a hash are taken over from the version before. */
async function install() {
  const cache = await caches.open(name);
  const take = async (address: string) => {
    const had = address.startsWith("/assets/") ? await caches.match(address) : undefined;
    const answer = had ?? (await fetch(address, { cache: "no-cache", credentials: "omit" }));
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    await cache.put(address, answer);
  };
  await Promise.all([SHELL.document, ...files].map(take));
}

async function activate() {
  for (const key of await caches.keys()) if (key.startsWith(prefix) && key !== name) await caches.delete(key);
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

const kept = async (address: string) => (await caches.open(name)).match(address);
const late = () => new Promise<undefined>((go) => setTimeout(go, patience, undefined));

/** The server's document, which brings along what its screen shows; without one in time, the kept one. */
async function navigate(e: FetchEvent): Promise<Response> {
  const asked = (async () => ((await e.preloadResponse) as Response | undefined) ?? fetch(e.request))();
  e.waitUntil(asked.catch(() => {}));
  const answer = await Promise.race([asked, late()]).catch(() => undefined);
  if (answer && answer.status < 502) return answer;
  return (await kept(SHELL.document)) ?? asked;
}

const file = async (request: Request): Promise<Response> => (await kept(new URL(request.url).pathname)) ?? fetch(request);

self.addEventListener("install", (e) => e.waitUntil(install()));
self.addEventListener("activate", (e) => e.waitUntil(activate()));
self.addEventListener("fetch", (e) => {
  const { request } = e;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin || pathname.startsWith("/api/")) return;
  if (request.mode === "navigate") e.respondWith(navigate(e));
  else if (files.includes(pathname)) e.respondWith(file(request));
});

// What arrives from the server's push, and what a tap on it opens.
declare const self: ServiceWorkerGlobalScope;

/** As the server says it (internal/deliver); sent again it has the same key, and takes the place of the first. */
type Pushed = { key: string; title: string; text: string; path: string; urgent: boolean };

/** Shows it unless a page is looked at, where it pops up by itself. */
async function show(p: Pushed) {
  const pages = await self.clients.matchAll({ type: "window" });
  if (pages.some((c) => c.visibilityState === "visible" && c.focused)) return;
  await self.registration.showNotification(p.title, {
    body: p.text,
    tag: p.key,
    data: p.path,
    icon: "/icon-192.png",
    badge: "/badge-96.png",
    requireInteraction: p.urgent,
  });
}

/** Opens what it is about in a page that is open, or in a new one. An address elsewhere is not followed. */
async function open(path: unknown) {
  const at = new URL(typeof path === "string" ? path : "/", location.origin);
  if (at.origin !== location.origin) return;
  for (const c of await self.clients.matchAll({ type: "window" })) {
    await c.focus();
    await c.navigate(at.href);
    return;
  }
  await self.clients.openWindow(at.href);
}

self.addEventListener("push", (e) => {
  try {
    e.waitUntil(show(e.data?.json() as Pushed));
  } catch {} // not ours
});
self.addEventListener("notificationclick", (e) => {
  e.notification.close();
  e.waitUntil(open(e.notification.data));
});

export {};

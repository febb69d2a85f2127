import { addPush, type PushState, pushState, removePush } from "../../api/notes";
import { currentUser } from "../../api/session";
import { agentName } from "../../lib/agent";
import { readLocal, writeLocal } from "../../lib/store";

/** Whether this browser can be pushed to, and whether it is; why not, where somebody can do something about it. */
export type PushHere = "on" | "off" | "denied" | "insecure" | "unsupported" | "starting";

const keyOf = (text: string) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

/** The service worker's registration; undefined when none is at work within a few seconds. */
async function worker(): Promise<ServiceWorkerRegistration | undefined> {
  const late = new Promise<undefined>((go) => setTimeout(go, 4000, undefined));
  return Promise.race([navigator.serviceWorker.ready, late]);
}

export async function pushHere(): Promise<PushHere> {
  if (!isSecureContext) return "insecure";
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) return "unsupported";
  if (Notification.permission === "denied") return "denied";
  const w = await worker();
  if (!w) return "starting";
  return (await w.pushManager.getSubscription()) ? "on" : "off";
}

/** Asks the user and has this browser pushed to. */
export async function enable(state: PushState): Promise<PushHere> {
  if ((await Notification.requestPermission()) !== "granted") return pushHere();
  const w = await worker();
  if (!w) return "starting";
  const key = keyOf(state.key);
  const old = await w.pushManager.getSubscription();
  const same = old && sameKey(old.options.applicationServerKey, key);
  if (old && !same) await old.unsubscribe();
  const now = same ? old : await w.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  await addPush(now.toJSON(), agentName(navigator.userAgent));
  writeLocal(wanted, currentUser()?.id);
  return "on";
}

/** Who of those who sign in here wants to be pushed to. */
const wanted = "push";

/** Signing out ends the pushing. Whoever has chosen it goes on with it when they sign in here again. */
export async function resume() {
  const user = currentUser()?.id;
  if (!user || readLocal(wanted, "") !== user || Notification.permission !== "granted") return;
  const state = await pushState();
  if (!state.items.some((b) => b.current)) await enable(state);
}

const sameKey = (a: ArrayBuffer | null, b: Uint8Array) => !!a && new Uint8Array(a).join() === b.join();

/** Ends it, in the browser and on the server. */
export async function disable(state: PushState): Promise<PushHere> {
  const now = await (await worker())?.pushManager.getSubscription();
  await now?.unsubscribe();
  writeLocal(wanted, "");
  const here = state.items.find((b) => b.current);
  if (here) await removePush(here.id);
  return "off";
}

import { ApiError, isUnreachable, post, request, signedOut } from "./client";
import { currentOwner, offline } from "./kept";
import { type Entry, outbox, type Round } from "./outbox";
import type { Me, Rec } from "./types";

const underWay = new Set<string>();
const refresh = async () => outbox.set(await (await offline()).entries(currentOwner()));

/** How long the server may take to answer a save while somebody waits for it, in milliseconds. */
const patience = 10_000;

async function send(e: Entry, o: { patience?: number } = {}): Promise<Rec> {
  if (e.lost) {
    const now = await request<Rec>("GET", e.lost.path, { bare: true });
    if (now.stage !== "lost") await request("PATCH", e.lost.path, { body: e.lost.values, version: now.version, ...o });
  }
  const write = () => (e.plan ? complete(e.path, e.plan, e.body, o) : post<Rec>(e.path, e.body, { key: e.key, ...o }));
  if (!e.files) return write();
  const rec = e.made ? ({ id: e.made } as Rec) : await write();
  await sendFiles({ ...e, made: rec.id });
  return rec;
}

/** Completes a plan, whoever changed it meanwhile; once is enough. */
async function complete(path: string, plan: string, body: Entry["body"], o: { patience?: number }): Promise<Rec> {
  const at = `${path}/${plan}`;
  const now = await request<Rec>("GET", at, { bare: true, ...o });
  // It arrived before, and the answer got lost.
  if (now.state === "done" && now.content === body.content) return now;
  return request<Rec>("PATCH", at, { body, version: now.version, ...o });
}

async function sendFiles(e: Entry) {
  const box = await offline();
  const { entity, list } = e.files ?? { entity: "", list: [] };
  for (const [i, file] of list.entries()) {
    await box.put({ ...e, files: { entity, list: list.slice(i) } }).catch(() => {});
    const form = new FormData();
    form.append("file", file, file.name);
    await post("/files", form, { query: { entity, id: e.made }, key: `${e.key}-${file.name}-${file.size}-${file.lastModified}` });
  }
}

/** As outbox.ts says. */
export async function submit(entry: Omit<Entry, "user" | "at">): Promise<Rec | null> {
  const e: Entry = { ...entry, user: currentOwner(), at: new Date().toISOString() };
  const box = await offline().catch(() => null);
  const isDown = await box?.put(e).then(
    () => true,
    () => false, // no database here, as in some private windows
  );
  underWay.add(e.key);
  try {
    const saved = await send(e, { patience });
    if (isDown) await box?.take(e.key);
    return saved;
  } catch (x) {
    if (isDown && isUnreachable(x)) {
      void navigator.storage?.persist?.();
      return null;
    }
    if (isDown) await box?.take(e.key);
    throw x;
  } finally {
    underWay.delete(e.key);
    if (isDown) void refresh();
  }
}

/** As outbox.ts says. */
export async function discard(key: string) {
  await (await offline()).take(key);
  await refresh();
}

// One tab sends at a time, where browsers can say so; elsewhere the key sees to it that nothing is doubled.
const alone = <T>(fn: () => Promise<T>): Promise<T> =>
  navigator.locks ? (navigator.locks.request("genjin-outbox", fn) as Promise<T>) : fn();

/** As outbox.ts says. */
export const flush = (): Promise<Round> =>
  alone(async () => {
    const round: Round = { sent: [], refused: [] };
    const user = currentOwner();
    await refresh();
    const all = outbox.get().filter((e) => !e.problem && !underWay.has(e.key));
    // Somebody else may have signed in meanwhile, in another tab.
    if (all.length > 0 && !signedOut.get() && (await request<Me>("GET", "/me", { bare: true })).id === user)
      for (const e of all) if (!(await sendKept(e, round))) break;
    await refresh();
    return round;
  });

async function sendKept(e: Entry, round: Round): Promise<boolean> {
  const box = await offline();
  try {
    await send(e);
    await box.take(e.key);
    round.sent.push(e);
  } catch (x) {
    if (!(x instanceof ApiError) || isUnreachable(x) || x.status >= 500 || x.status === 429 || x.status === 408) return false;
    const refused = { ...e, problem: x.problem };
    await box.put(refused);
    round.refused.push(refused);
  }
  return true;
}

import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Entry } from "./outbox";

interface Box extends DBSchema {
  /** What the server said, by its reader, language and address. */
  answers: { key: string; value: { data: unknown; at: number }; indexes: { at: number } };
  /** What is still to be sent to it. */
  outbox: { key: string; value: Entry; indexes: { user: string } };
}

let opened: Promise<IDBPDatabase<Box>> | undefined;
function box(): Promise<IDBPDatabase<Box>> {
  opened ??= openDB<Box>("genjin", 1, {
    upgrade(db) {
      db.createObjectStore("answers").createIndex("at", "at");
      db.createObjectStore("outbox", { keyPath: "key" }).createIndex("user", "user");
    },
    blocking: () => void opened?.then((db) => db.close()),
    terminated: () => {
      opened = undefined;
    },
  });
  opened.catch(() => {
    opened = undefined;
  });
  return opened;
}

/** How many answers are kept at most, and for how long. */
const most = 400;
const days = 7;

export async function keep(answers: [name: string, data: unknown][]) {
  if (answers.length === 0) return;
  const tx = (await box()).transaction("answers", "readwrite");
  const at = Date.now();
  for (const [name, data] of answers) void tx.store.put({ data, at }, name);
  let over = (await tx.store.count()) - most;
  for (let c = await tx.store.index("at").openCursor(); c && (over > 0 || c.value.at < at - days * 86_400_000); c = await c.continue()) {
    await c.delete();
    over--;
  }
  await tx.done;
}

export async function find(name: string) {
  const found = await (await box()).get("answers", name);
  return found && found.at > Date.now() - days * 86_400_000 ? found : undefined;
}

/** Forgets what was said to others than the owner, to everybody for "". What they wrote and did not send stays theirs. */
export async function forget(owner = "") {
  const tx = (await box()).transaction("answers", "readwrite");
  for (const name of await tx.store.getAllKeys())
    if (!owner || !(name === "boot" || name.startsWith(`${owner} `))) void tx.store.delete(name);
  await tx.done;
}

export const put = async (e: Entry) => void (await (await box()).put("outbox", e));
export const take = async (key: string) => (await box()).delete("outbox", key);
/** What a user wrote and did not send, in the order in which it was written. */
export const entries = async (user: string) =>
  (await (await box()).getAllFromIndex("outbox", "user", user)).sort((a, b) => a.at.localeCompare(b.at));

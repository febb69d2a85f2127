import { Store } from "../lib/store";
import type { Problem, Rec } from "./types";

/** Something written that the server has not got yet. */
export type Entry = {
  /** The client-made id, sent as Idempotency-Key: however often it is sent, it is one. */
  key: string;
  user: string;
  /** When it was written. */
  at: string;
  path: string;
  body: Record<string, unknown>;
  /** The planned follow-up that this completes; without one it is new. */
  plan?: string;
  /** The customer, or the lead, that it is about. */
  about: { id: string; name: string; entity?: "lead" };
  /** A customer who is lost with it: the reason, by the field that takes it. */
  lost?: { path: string; values: Record<string, unknown> };
  /** Photos and other files of what it makes, of records of that entity. */
  files?: { entity: string; list: File[] };
  /** What it made, when only files are left to be sent. */
  made?: string;
  /** The server's refusal, to be mended by its writer. */
  problem?: Problem;
};

/** What this user wrote and did not send, in this browser. */
export const outbox = new Store<Entry[]>([]);

/** What became of a round of sending. */
export type Round = { sent: Entry[]; refused: Entry[] };

// Sending has a file of its own, which comes with form/outbox-bar.tsx when the page is at rest.
const sending = () => import("./outbox-send");

/**
 * Sends something written. It is put down in this browser first, so that it is neither lost nor doubled whatever happens
 * meanwhile; without a server it stays there and null is given. What the server refuses is thrown and no longer kept: its
 * writer still sees it.
 */
export const submit = async (entry: Omit<Entry, "user" | "at">): Promise<Rec | null> => (await sending()).submit(entry);

/** Throws away something that was not sent. */
export const discard = async (key: string) => (await sending()).discard(key);

/** Sends what waits, oldest first, until the server cannot be reached. What it refuses stays, with its reason. */
export const flush = async (): Promise<Round> => (await sending()).flush();

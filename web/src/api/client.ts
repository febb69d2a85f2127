import { currentLanguage } from "../lib/i18n";
import { Store } from "../lib/store";
import { uid } from "../lib/uid";
import { takeBootAnswer } from "./boot";
import type { Problem } from "./types";

export const BASE = "/api/v1";

/** What a request failed with: the server's problem document, or a network failure as status 0. */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title);
  }
  get status() {
    return this.problem.status;
  }
  /** The message of each field the server names. */
  get fields(): Record<string, string> {
    return Object.fromEntries((this.problem.errors ?? []).map((e) => [e.field, e.message]));
  }
}

/** Set while the session has run out: the page asks for the password over whatever is on the screen. */
export const signedOut = new Store(false);
/** Set while the server cannot be reached. */
export const unreachable = new Store(false);

let waiting: (() => void)[] = [];
/** Lets the requests that met an ended session go again. */
export function signedInAgain() {
  signedOut.set(false);
  for (const go of waiting) go();
  waiting = [];
}
const untilSignedIn = () =>
  new Promise<void>((go) => {
    waiting.push(go);
    signedOut.set(true);
  });

export type Query = Record<string, string | number | boolean | null | undefined>;
export type Options = {
  query?: Query;
  body?: unknown;
  /** The version a change is made against, sent as If-Match. */
  version?: string | number;
  /** The idempotency key of a POST; a new one unless given, the same one for a resend. */
  key?: string;
  signal?: AbortSignal;
  /** The language of the answer; the page's own unless given. */
  lang?: string;
  /** Answer 401 to the caller instead of asking for the password. */
  bare?: boolean;
};

/** The address of an API path with its query; empty values are left out. */
export function address(path: string, query?: Query): string {
  const q = new URLSearchParams();
  for (const [k, v] of Object.entries(query ?? {})) if (v !== undefined && v !== null && v !== "") q.set(k, String(v));
  const s = q.toString();
  return BASE + path + (s ? `?${s}` : "");
}

function headers(method: string, o: Options, key: string): HeadersInit {
  const h: Record<string, string> = { "Accept-Language": o.lang ?? currentLanguage() };
  if (o.body !== undefined && !(o.body instanceof FormData)) h["Content-Type"] = "application/json";
  if (method === "POST") h["Idempotency-Key"] = key;
  if (o.version !== undefined) h["If-Match"] = `"${o.version}"`;
  return h;
}

export async function problemOf(answer: Response): Promise<Problem> {
  try {
    const p = (await answer.json()) as Problem;
    if (p && typeof p === "object" && p.status) return p;
  } catch {} // not JSON: a proxy's page
  return { status: answer.status, title: answer.statusText, detail: answer.statusText || `HTTP ${answer.status}`, code: "internal" };
}

/**
 * Asks the API. A failure is thrown as ApiError. When the session has run out the request waits until the user has
 * signed in again and is then sent once more, so that nothing typed is lost.
 */
export async function request<T>(method: string, path: string, o: Options = {}): Promise<T> {
  const url = address(path, o.query);
  const boot = method === "GET" && !o.lang ? takeBootAnswer(url) : undefined;
  if (boot !== undefined) return boot as T;
  const body = o.body === undefined ? undefined : o.body instanceof FormData ? o.body : JSON.stringify(o.body);
  const key = o.key ?? uid();
  for (;;) {
    let answer: Response;
    try {
      answer = await fetch(url, { method, headers: headers(method, o, key), body, signal: o.signal, credentials: "same-origin" });
    } catch (e) {
      if ((e as Error).name === "AbortError") throw e;
      unreachable.set(true);
      throw new ApiError({ status: 0, title: "network", detail: "", code: "unavailable" });
    }
    unreachable.set(false);
    if (answer.status === 401 && !o.bare) {
      await untilSignedIn();
      continue;
    }
    if (!answer.ok) throw new ApiError(await problemOf(answer));
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  }
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal) => request<T>("GET", path, { query, signal });
export const post = <T>(path: string, body: unknown = {}, o: Options = {}) => request<T>("POST", path, { ...o, body });

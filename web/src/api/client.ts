import { clockFrom } from "../lib/clock";
import { currentLanguage } from "../lib/i18n";
import { Store } from "../lib/store";
import { uid } from "../lib/uid";
import { takeBootAnswer } from "./boot";
import { isKept, orKept, remember } from "./kept";
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

/** Set while something is wanted that asks who it is once more: the page asks for the password or a code over the screen. */
export const unconfirmed = new Store(false);

type Waiting = ((goOn: boolean) => void)[];
let signedOutWait: Waiting = [];
let unconfirmedWait: Waiting = [];
const until = (asked: Store<boolean>, waiting: Waiting) =>
  new Promise<boolean>((go) => {
    waiting.push(go);
    asked.set(true);
  });

/** Lets the requests that met an ended session go again. */
export function signedInAgain() {
  const go = signedOutWait;
  signedOutWait = [];
  signedOut.set(false);
  for (const g of go) g(true);
}
/** Lets the requests that asked who it is go again, or fail when that was not shown. */
export function confirmed(shown: boolean) {
  const go = unconfirmedWait;
  unconfirmedWait = [];
  unconfirmed.set(false);
  for (const g of go) g(shown);
}

export type Query = Record<string, string | number | boolean | null | undefined>;
export type Options = {
  query?: Query;
  body?: unknown;
  /** The version a change is made against, sent as If-Match. */
  version?: string | number;
  /** The idempotency key of a POST; a new one unless given, the same one for a resend. */
  key?: string;
  signal?: AbortSignal;
  /** After how many milliseconds a server that does not answer counts as one that cannot be reached. */
  patience?: number;
  /** The language of the answer; the page's own unless given. */
  lang?: string;
  /** Give every refusal to the caller instead of asking for the password. */
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

/** Whether what was refused can be asked again after the user has done something about it. */
async function mended(answer: Response, problem: Problem): Promise<boolean> {
  if (answer.status === 401) return until(signedOut, signedOutWait);
  if (problem.code === "reauth_required") return until(unconfirmed, unconfirmedWait);
  if (problem.code === "enrol_required") location.reload(); // the page begins with what is missing
  return false;
}

/** Asks the API and gives the answer as it is; otherwise as request. */
async function send(method: string, url: string, o: Options): Promise<Response> {
  const body = o.body === undefined ? undefined : o.body instanceof FormData ? o.body : JSON.stringify(o.body);
  const key = o.key ?? uid();
  for (;;) {
    let answer: Response;
    try {
      const signal = o.patience ? AbortSignal.timeout(o.patience) : o.signal;
      answer = await fetch(url, { method, headers: headers(method, o, key), body, signal, credentials: "same-origin" });
    } catch (e) {
      if ((e as Error).name === "AbortError") throw e;
      unreachable.set(true);
      throw new ApiError({ status: 0, title: "network", detail: "", code: "unavailable" });
    }
    unreachable.set(false);
    clockFrom(answer.headers.get("Date"));
    if (answer.ok) return answer;
    const problem = await problemOf(answer);
    if (o.bare || !(await mended(answer, problem))) throw new ApiError(problem);
  }
}

/** Whether a request met no server, rather than a refusal: it may have taken effect, and can be sent again under its key. */
export const isUnreachable = (e: unknown) => e instanceof ApiError && (e.status === 0 || (e.status >= 502 && e.status <= 504));

/**
 * Asks the API. A failure is thrown as ApiError. When the session has run out, or who it is must be shown once more, the
 * request waits until the user has done so and is then sent again, so that nothing typed is lost. What a rep needs away
 * from the desk is kept in the browser and answered from there while the server cannot be reached.
 */
export async function request<T>(method: string, path: string, o: Options = {}): Promise<T> {
  const url = address(path, o.query);
  const asked = async () => {
    const answer = await send(method, url, o);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  };
  if (method !== "GET" || o.lang || o.bare) return asked();
  const came = takeBootAnswer(url) as T | undefined;
  if (!isKept(path)) return came ?? asked();
  if (came !== undefined) {
    remember(url, came);
    return came;
  }
  return orKept(url, asked(), isUnreachable);
}

/** Lets the browser keep a file that the API gives, under the name the server says. */
export async function download(path: string, query?: Query) {
  const answer = await send("GET", address(path, query), {});
  const named = /filename\*=UTF-8''([^;]+)/i.exec(answer.headers.get("Content-Disposition") ?? "");
  const a = document.createElement("a");
  a.href = URL.createObjectURL(await answer.blob());
  a.download = named?.[1] ? decodeURIComponent(named[1]) : "";
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 60_000);
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal) => request<T>("GET", path, { query, signal });
export const post = <T>(path: string, body: unknown = {}, o: Options = {}) => request<T>("POST", path, { ...o, body });

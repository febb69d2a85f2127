import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiError, address, confirmed, request, signedInAgain, signedOut, unconfirmed, unreachable } from "./client";

const answers: (() => Response | Promise<Response>)[] = [];
const sent: [string, RequestInit][] = [];
vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
  sent.push([url, init]);
  const next = answers.shift();
  if (!next) throw new TypeError("no network");
  return next();
});
afterEach(() => {
  answers.length = 0;
  sent.length = 0;
  signedOut.set(false);
});
const problem =
  (status: number, more: object = {}) =>
  () =>
    Response.json({ status, title: "t", detail: "详情", code: "invalid", ...more }, { status });
const header = (i: number, name: string) => new Headers(sent[i]?.[1].headers).get(name);

describe("the client", () => {
  it("leaves empty parameters out of an address", () =>
    expect(address("/x", { a: "", b: null, c: 0, d: "华 机" })).toBe("/api/v1/x?c=0&d=%E5%8D%8E+%E6%9C%BA"));

  it("sends language, version and idempotency key", async () => {
    answers.push(
      () => Response.json({ ok: 1 }),
      () => new Response(null, { status: 204 }),
    );
    await request("POST", "/x", { body: {}, key: "k1" });
    await request("PATCH", "/x/1", { body: {}, version: 3 });
    expect([header(0, "Accept-Language"), header(0, "Idempotency-Key"), header(1, "If-Match"), header(1, "Idempotency-Key")]).toEqual([
      "zh",
      "k1",
      '"3"',
      null,
    ]);
  });

  it("throws the server's problem with its fields", async () => {
    answers.push(problem(422, { errors: [{ field: "name", key: "k", message: "必填" }] }));
    const e = await request("GET", "/x").catch((x) => x as ApiError);
    expect(e).toBeInstanceOf(ApiError);
    expect([(e as ApiError).status, (e as ApiError).message, (e as ApiError).fields]).toEqual([422, "详情", { name: "必填" }]);
  });

  it("waits for the password when the session is over, and sends the same again", async () => {
    answers.push(problem(401), () => Response.json({ id: "1" }));
    const asked = request("POST", "/followups", { body: { content: "很长的一段话" } });
    await vi.waitFor(() => expect(signedOut.get()).toBe(true));
    signedInAgain();
    expect(await asked).toEqual({ id: "1" });
    expect(sent[1]?.[1].body).toBe(sent[0]?.[1].body);
    expect(header(1, "Idempotency-Key")).toBe(header(0, "Idempotency-Key"));
  });

  it("waits until it was shown again who it is, and fails when it was not", async () => {
    answers.push(problem(403, { code: "reauth_required" }), () => Response.json({ id: "1" }));
    const asked = request("POST", "/roles", { body: { name: "x" } });
    await vi.waitFor(() => expect(unconfirmed.get()).toBe(true));
    confirmed(true);
    expect(await asked).toEqual({ id: "1" });
    answers.push(problem(403, { code: "reauth_required" }));
    const again = request("POST", "/roles", { body: { name: "x" } });
    await vi.waitFor(() => expect(unconfirmed.get()).toBe(true));
    confirmed(false);
    await expect(again).rejects.toMatchObject({ status: 403 });
    expect(unconfirmed.get()).toBe(false);
  });

  it("does not wait where the answer is about the password itself", async () => {
    answers.push(problem(401));
    await expect(request("POST", "/session", { body: {}, bare: true })).rejects.toMatchObject({ status: 401 });
    expect(signedOut.get()).toBe(false);
  });

  it("notes that the server is gone, and that it is back", async () => {
    await expect(request("GET", "/x")).rejects.toMatchObject({ status: 0 });
    expect(unreachable.get()).toBe(true);
    answers.push(() => Response.json({}));
    await request("GET", "/x");
    expect(unreachable.get()).toBe(false);
  });
});

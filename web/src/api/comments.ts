import { listRecords } from "./records";
import type { Rec } from "./types";

type Asked = { id: string; give: (list: Rec[]) => void; fail: (e: unknown) => void };
let asked: Asked[] = [];

/** What is said about a follow-up, oldest first. Many that come on screen together are asked for in one request. */
export const commentsOf = (id: string) =>
  new Promise<Rec[]>((give, fail) => {
    if (asked.push({ id, give, fail }) === 1) setTimeout(() => void fetchAsked());
  });

async function fetchAsked() {
  const now = asked;
  asked = [];
  try {
    const found = await commentsOn([...new Set(now.map((a) => a.id))]);
    for (const a of now) a.give(found.filter((r) => r.followup_id === a.id));
  } catch (e) {
    for (const a of now) a.fail(e);
  }
}

async function commentsOn(ids: string[]): Promise<Rec[]> {
  const found: Rec[] = [];
  let cursor: string | undefined;
  do {
    const filter = { field: "followup_id", op: "in" as const, value: ids };
    const page = await listRecords("comments", { filter, sort: "created_at", limit: 500 }, cursor);
    found.push(...page.items);
    cursor = page.next || undefined;
  } while (cursor);
  return found;
}

import { describe, expect, it } from "vitest";
import type { LeadQueue, ToReview } from "../../api/leads";
import type { Rec } from "../../api/types";
import { fittest, following, lacking, movesOf, proposedLacks, steps, total, waiting, withGone, withoutGone } from "./queue";

const whole = { company: "A", contact_name: "B", phone: "1", source: "fair", need: "x", industry: "C34", budget: 1 };
const lead = (id: string, o: object = {}) => ({ id, version: 1, submitted_at: `2026-11-0${id}`, ...whole, ...o }) as Rec;
const item = (id: string, due: string | null = `2026-11-2${id}T00:00:00Z`, o: object = {}) =>
  ({
    lead: lead(id, o),
    due_at: due,
    candidates: [],
    duplicates: [],
    history: [],
    score: { points: 1, grade: "C", parts: [] },
  }) as ToReview;
const page = (...items: ToReview[]): LeadQueue => ({ items, next: "", total: items.length, now: "" });
const ids = (list: ToReview[]) => list.map((x) => x.lead.id);

describe("the queue", () => {
  it("has what is due first on top, and what has no clock last", () =>
    expect(ids(waiting([page(item("3"), item("2", null)), page(item("1"), item("3"))], new Map()))).toEqual(["1", "3", "2"]));
  it("can be of one source", () =>
    expect(ids(waiting([page(item("1"), item("2", null, { source: "web" }))], new Map(), "web"))).toEqual(["2"]));
  it("hides what was decided here until the server knows, and shows it again once resubmitted or taken back", () => {
    const pages = [page(item("1"), item("2"))];
    const gone = withGone(new Map(), [item("1")]);
    expect(ids(waiting(pages, gone))).toEqual(["2"]);
    expect(total(pages, gone)).toBe(1);
    expect(total([page(item("2"))], gone)).toBe(1);
    expect(ids(waiting([page(item("1", undefined, { submitted_at: "2026-11-30" }))], gone))).toEqual(["1"]);
    expect(ids(waiting(pages, withoutGone(gone, ["1"])))).toEqual(["1", "2"]);
  });
  it("goes on with what moves up, and to the last at the end", () => {
    const list = ["1", "2", "3"].map((id) => item(id));
    expect(following(list, "2", ["2"])).toBe("3");
    expect(following(list, "3", ["3"])).toBe("2");
    expect(following(list, "2", ["1"])).toBe("2");
    expect(following(list, "1", ["1", "2", "3"])).toBe("");
  });
});

describe("a decision", () => {
  it("asks for what must be there first, then for what is good to know", () => {
    expect(lacking(lead("1", { phone: "", contact_name: null }))).toEqual(["contact_name", "phone"]);
    expect(proposedLacks(lead("1", { phone: "", need: "" }))).toEqual(["phone"]);
    expect(proposedLacks(lead("1", { budget: null, need: "" }))).toEqual(["need", "budget"]);
    expect(proposedLacks(lead("1"))).toEqual(["other"]);
  });
  it("proposes the first who has room", () => {
    const c = (id: string, full: boolean) => ({ id, name: id, points: 1, reasons: [], full });
    expect(fittest([c("a", true), c("b", false)])?.id).toBe("b");
    expect(fittest([c("a", true)])?.id).toBe("a");
    expect(fittest([])).toBeUndefined();
  });
  it("reads the steps of a decision chain however they are parted", () => {
    expect(steps("技术评估 → 财务审批→老板确认")).toEqual(["技术评估", "财务审批", "老板确认"]);
    expect(steps("engineering > finance, owner")).toEqual(["engineering", "finance", "owner"]);
    expect(steps("")).toEqual([]);
  });
  it("leaves parking and taking up again to reviewers", () => {
    expect(movesOf("working", false, false)).toEqual(["need", "proposal", "negotiating", "won", "lost"]);
    expect(movesOf("working", true, true)).toEqual(["need", "proposal", "negotiating", "won", "lost"]);
    expect(movesOf("lost", false, false)).toEqual([]);
    expect(movesOf("lost", true, false)).toEqual(["todo"]);
    expect(movesOf("pending", true, false)).toEqual([]);
  });
});

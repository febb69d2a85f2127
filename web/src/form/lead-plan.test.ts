import { describe, expect, it } from "vitest";
import type { Rec } from "../api/types";
import { addDays, dayOf, today } from "../lib/dates";
import { firstTouch, proposed } from "./lead-plan";

const lead = (o: object) => ({ id: "1", version: 1, ...o }) as Rec;
const day = (v: unknown) => dayOf(new Date(String(v)));

describe("the plan proposed for a lead", () => {
  it("calls who came from a fair, writes to who heard a webinar, visits who was referred", () => {
    expect(firstTouch("fair").way).toBe("call");
    expect(firstTouch("webinar").way).toBe("mail");
    expect(firstTouch("referral").way).toBe("visit");
    expect(firstTouch("something new").way).toBe("call");
  });
  it("meets grade A today while there is time, and others tomorrow", () => {
    expect(day(proposed(lead({ grade: "A", source: "fair" }), "09:30").planned_at)).toBe(today());
    expect(day(proposed(lead({ grade: "A", source: "fair" }), "17:00").planned_at)).toBe(addDays(today(), 1));
    expect(day(proposed(lead({ grade: "B", source: "fair" }), "09:30").planned_at)).toBe(addDays(today(), 1));
  });
  it("sets no first goal for whom one has met", () =>
    expect(proposed(lead({ grade: "A", source: "referral", contacted_at: "2026-11-20T01:00:00Z" }), "09:30")).toMatchObject({
      way: "call",
      purpose: "",
    }));
});

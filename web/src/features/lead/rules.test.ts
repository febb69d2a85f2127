import { describe, expect, it } from "vitest";
import { share, withKind } from "./rules";

describe("the criteria", () => {
  it("share all points by their weights", () => {
    const all = [
      { kind: "industry" as const, weight: 25 },
      { kind: "urgency" as const, weight: 75 },
    ];
    expect(all.map((c) => share(all, c))).toEqual([25, 75]);
    expect(share([{ kind: "budget", weight: 0 }], { kind: "budget", weight: 0 })).toBe(0);
  });
  it("begin with what is usual", () => {
    expect(withKind("urgency")).toEqual({ kind: "urgency", weight: 10, days: 90 });
    expect(withKind("decision")).toEqual({ kind: "decision", weight: 10 });
  });
});

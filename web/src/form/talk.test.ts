import { describe, expect, it } from "vitest";
import { hasPoint, withoutPoint, withPoints } from "./talk";

describe("what there is to say", () => {
  it("comes into the purpose once, a line each", () => {
    expect(withPoints("", ["甲", "乙"])).toBe("甲\n乙");
    expect(withPoints("约一次演示\n", ["甲"])).toBe("约一次演示\n甲");
    expect(withPoints("约一次演示\n 甲 ", ["甲", "乙"])).toBe("约一次演示\n 甲\n乙");
  });
  it("is known by its whole line", () => {
    expect(hasPoint("说甲事", "甲")).toBe(false);
    expect(hasPoint("说\n甲", "甲")).toBe(true);
  });
  it("is taken out again, and leaves the rest", () => expect(withoutPoint("说\n甲\n甲事", "甲")).toBe("说\n甲事"));
});

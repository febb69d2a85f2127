import { expect, it } from "vitest";
import { codeExample, withPart } from "./code-rule";

it.each([
  ["{year}-{industry}-{serial:3}", "2026-Tech-001"],
  ["KH{year}{month}{serial:5}", "KH20261100001"],
  ["{serial}", "1"],
  ["{year}-{serial:3}-x", undefined],
  ["{town}-{serial:3}", undefined],
  ["", undefined],
])("the rule %s gives %s", (rule, code) => expect(codeExample(rule, "2026-11-21")).toBe(code));

it("keeps the serial last", () => {
  expect(withPart("{year}-{serial:3}", "{month}", 17)).toBe("{year}-{month}{serial:3}");
  expect(withPart("KH-", "{serial:3}", 0)).toBe("KH-{serial:3}");
  expect(withPart("KH{serial}", "{serial:3}", 0)).toBe("KH{serial:3}");
  expect(withPart("K-", "{year}", 2)).toBe("K-{year}");
});

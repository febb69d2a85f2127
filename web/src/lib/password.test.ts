import { expect, it } from "vitest";
import { strength } from "./password";

it.each([
  ["", 0],
  ["abc1234", 0],
  ["aaaaaaaaaa", 1],
  ["12345678901234", 1],
  ["password123!", 1],
  ["sunnyday", 0],
  ["sunny day 7", 3],
  ["Correct-Horse-Battery-9", 4],
])("%j is %d", (p, want) => expect(strength(p)).toBe(want));

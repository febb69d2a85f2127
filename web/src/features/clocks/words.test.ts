import { describe, expect, it } from "vitest";
import { inUnit, minutesOf } from "./words";

describe("minutes in the unit that people use", () => {
  it.each([
    [30, 30, "minute"],
    [60, 1, "hour"],
    [90, 90, "minute"],
    [1440, 1, "day"],
    [4320, 3, "day"],
    [0, 0, "minute"],
  ] as const)("%i", (minutes, n, unit) => {
    expect(inUnit(minutes)).toEqual({ n, unit });
    expect(minutesOf({ n, unit })).toBe(minutes);
  });
});

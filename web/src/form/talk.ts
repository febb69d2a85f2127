const lines = (purpose: string) => purpose.split("\n").map((l) => l.trim());

/** Whether a plan's purpose has a point as a line of its own. */
export const hasPoint = (purpose: string, point: string) => lines(purpose).includes(point);

/** The purpose with those points that it has not yet, a line each. */
export function withPoints(purpose: string, points: string[]): string {
  const before = purpose.trimEnd();
  return [...(before ? [before] : []), ...points.filter((p) => !hasPoint(before, p))].join("\n");
}

/** The purpose without the line that is a point. */
export const withoutPoint = (purpose: string, point: string) =>
  purpose
    .split("\n")
    .filter((l) => l.trim() !== point)
    .join("\n");

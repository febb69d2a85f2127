/** A list with one of its items moved by some places. */
export function shifted<T>(list: readonly T[], at: number, by: number): T[] {
  const next = list.slice();
  next.splice(at + by, 0, ...next.splice(at, 1));
  return next;
}

/** The s of a plural. */
export const s = (n: number) => (n === 1 ? "" : "s");
/** How many of something, as “3 days”. */
export const of = (n: number, one: string) => `${n} ${one}${s(n)}`;

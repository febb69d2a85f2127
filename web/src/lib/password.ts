/** How hard a password is to guess: 0 (too short) to 4. The server has the last word; this only advises while typing. */
export function strength(password: string): 0 | 1 | 2 | 3 | 4 {
  const p = password;
  if (p.length < 10) return 0;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/].filter((k) => k.test(p)).length;
  const dull = /^(.)\1+$|^(0123|1234|abcd|qwer|password|admin)/i.test(p) || new Set(p).size < 5;
  if (dull) return 1;
  const score = 1 + (p.length >= 14 ? 1 : 0) + (kinds >= 2 ? 1 : 0) + (kinds >= 3 ? 1 : 0);
  return Math.min(4, score) as 1 | 2 | 3 | 4;
}

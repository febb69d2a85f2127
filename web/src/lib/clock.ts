// The server's clock counts: what is due, and what was when, must not depend on how a phone's clock is set.
let ahead = 0;

/** Takes the server's time from the Date of an answer, which has whole seconds. */
export function clockFrom(date: string | null, now = Date.now()) {
  const at = Date.parse(date ?? "");
  if (!Number.isNaN(at) && Math.abs(at - now - ahead) > 1500) ahead = at - now;
}

/** Milliseconds of the server's clock. */
export const serverNow = () => Date.now() + ahead;
/** The instant of the server's clock. */
export const nowInstant = () => new Date(serverNow()).toISOString();

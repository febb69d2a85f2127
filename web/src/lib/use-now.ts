import { useSyncExternalStore } from "react";
import { serverNow } from "./clock";

// One timer for all that counts down on the page.
let now = serverNow();
const watching = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function watch(l: () => void) {
  watching.add(l);
  timer ??= setInterval(() => {
    now = serverNow();
    for (const w of watching) w();
  }, 15_000);
  return () => {
    watching.delete(l);
    if (watching.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The server's time in milliseconds, anew every quarter of a minute. */
export const useNow = () =>
  useSyncExternalStore(watch, () => {
    if (watching.size === 0 && Math.abs(serverNow() - now) > 15_000) now = serverNow();
    return now;
  });

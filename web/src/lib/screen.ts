import { useSyncExternalStore } from "react";

const query = () => matchMedia("(max-width: 767px)");
/** Whether this is a phone's screen; the server decides the same way which chunks to preload. */
export const isPhone = () => query().matches;

export const usePhone = () =>
  useSyncExternalStore((l) => {
    const q = query();
    q.addEventListener("change", l);
    return () => q.removeEventListener("change", l);
  }, isPhone);

const wideQuery = () => matchMedia("(min-width: 1100px)");
/** Whether a table of many columns has room. */
export const useWide = () =>
  useSyncExternalStore(
    (l) => {
      const q = wideQuery();
      q.addEventListener("change", l);
      return () => q.removeEventListener("change", l);
    },
    () => wideQuery().matches,
  );

import { useEffect, useState } from "react";

/** value, as it was when it last stood still for ms. */
export function useDebounced<T>(value: T, ms = 200): T {
  const [kept, setKept] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setKept(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return kept;
}

import { type RefObject, useCallback, useEffect, useLayoutEffect, useState } from "react";

/**
 * Which rows of equal height are in sight of a scrolling box, with some to spare, so that a list of any length draws
 * only those. head is the height of what sticks at the top.
 */
export function useRows(box: RefObject<HTMLElement | null>, count: number, height: number, head: number, spare = 10) {
  const [range, setRange] = useState<[number, number]>([0, 40]);
  const look = useCallback(() => {
    const el = box.current;
    if (!el) return;
    const from = Math.max(0, Math.floor(el.scrollTop / height) - spare);
    const to = Math.min(count, Math.ceil((el.scrollTop + el.clientHeight) / height) + spare);
    setRange((was) => (was[0] === from && was[1] === to ? was : [from, to]));
  }, [box, count, height, spare]);
  useLayoutEffect(look, [look]);
  useEffect(() => {
    const el = box.current;
    if (!el) return;
    const ro = new ResizeObserver(look);
    ro.observe(el);
    el.addEventListener("scroll", look, { passive: true });
    return () => {
      ro.disconnect();
      el.removeEventListener("scroll", look);
    };
  }, [box, look]);
  /** Brings a row into sight, moving as little as possible. */
  const reveal = useCallback(
    (row: number) => {
      const el = box.current;
      if (!el) return;
      const top = row * height;
      if (top < el.scrollTop) el.scrollTop = top;
      else if (top + height + head > el.scrollTop + el.clientHeight) el.scrollTop = top + height + head - el.clientHeight;
    },
    [box, height, head],
  );
  return { from: Math.min(range[0], count), to: Math.min(range[1], count), reveal };
}

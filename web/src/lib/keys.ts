import { useEffect, useRef } from "react";

const typing = (e: KeyboardEvent) => {
  const el = e.target as HTMLElement | null;
  return !!el?.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
};

/** The name of a pressed key with its modifiers: "mod+k", "shift+Tab", "j", "?". */
export function keyName(e: KeyboardEvent): string {
  const key = e.key.length === 1 ? e.key.toLowerCase() : e.key;
  const parts = [e.ctrlKey || e.metaKey ? "mod" : "", e.altKey ? "alt" : "", e.shiftKey && e.key.length > 1 ? "shift" : "", key];
  return parts.filter(Boolean).join("+");
}

/**
 * Keys of the whole page while the component is there. Plain keys are left alone while something is being typed or a
 * dialog is open; those with mod work everywhere.
 */
export function useKeys(keys: Record<string, (e: KeyboardEvent) => void>, enabled = true) {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    if (!enabled) return;
    const on = (e: KeyboardEvent) => {
      const name = keyName(e);
      const act = latest.current[name];
      if (!act || e.defaultPrevented || e.isComposing) return;
      if (!name.startsWith("mod+") && (typing(e) || document.querySelector("dialog[open], [popover]:popover-open"))) return;
      e.preventDefault();
      act(e);
    };
    addEventListener("keydown", on);
    return () => removeEventListener("keydown", on);
  }, [enabled]);
}

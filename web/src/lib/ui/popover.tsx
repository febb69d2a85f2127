import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { t } from "../i18n";

type Side = "start" | "end";

/** Keeps pop beside anchor while open: below it, or above where there is more room. */
export function useAnchored(
  anchor: RefObject<HTMLElement | null>,
  pop: RefObject<HTMLElement | null>,
  open: boolean,
  side: Side = "start",
  fit = false,
) {
  const place = useCallback(() => {
    const a = anchor.current?.getBoundingClientRect();
    const p = pop.current;
    if (!a || !p) return;
    if (fit) p.style.minWidth = `${a.width}px`;
    const below = innerHeight - a.bottom - 12;
    const above = a.top - 12;
    const up = below < Math.min(p.scrollHeight, 260) && above > below;
    p.style.maxHeight = `${Math.max(120, Math.min(up ? above : below, 560))}px`;
    const { offsetWidth: w, offsetHeight: h } = p;
    const left = side === "start" ? a.left : a.right - w;
    p.style.left = `${Math.max(8, Math.min(left, innerWidth - w - 8))}px`;
    p.style.top = `${up ? a.top - h - 4 : a.bottom + 4}px`;
  }, [anchor, pop, side, fit]);
  useLayoutEffect(() => {
    if (!open) return;
    place();
    const again = (e: Event) => !(e.target instanceof Node && pop.current?.contains(e.target)) && place();
    addEventListener("scroll", again, true);
    addEventListener("resize", place);
    const ro = new ResizeObserver(place);
    if (pop.current) ro.observe(pop.current);
    return () => {
      removeEventListener("scroll", again, true);
      removeEventListener("resize", place);
      ro.disconnect();
    };
  }, [open, place, pop]);
}

type Props = {
  label: ReactNode;
  /** The button's accessible name, where label is an icon only. */
  name?: string;
  /** The panel's name, where it is not the button's. */
  popName?: string;
  className?: string;
  side?: Side;
  menu?: boolean;
  popClass?: string;
  disabled?: boolean;
  children: (close: () => void) => ReactNode;
};

/** A button that opens a panel (or a menu) in the top layer; a click outside and Escape close it. */
export function Popover({ label, name, popName, className = "btn", side = "start", menu, popClass = "", disabled, children }: Props) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const pop = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  useAnchored(button, pop, open, side);
  const close = useCallback(() => pop.current?.hidePopover(), []);
  useEffect(() => {
    const p = pop.current;
    const on = (e: Event) => {
      if (e.target !== p) return;
      setOpen((e as ToggleEvent).newState === "open");
    };
    p?.addEventListener("toggle", on);
    return () => p?.removeEventListener("toggle", on);
  }, []);
  useEffect(() => {
    if (open)
      pop.current
        ?.querySelector<HTMLElement>("[autofocus], input:not([type=checkbox]), [role=menuitem], [role=menuitemradio]")
        ?.focus({ preventScroll: true });
  }, [open]);
  const keys = (e: KeyboardEvent) => {
    if (!menu) return;
    const items = [...(pop.current?.querySelectorAll<HTMLElement>("[role^=menuitem]:not(:disabled)") ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    items[(to + items.length) % items.length]?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        popoverTarget={id}
        aria-haspopup={menu ? "menu" : "dialog"}
        aria-expanded={open}
        aria-label={name}
        title={name}
        disabled={disabled}
      >
        {label}
      </button>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: its role is a menu or a dialog */}
      <div
        ref={pop}
        id={id}
        popover="auto"
        role={menu ? "menu" : "dialog"}
        aria-label={popName ?? name ?? (typeof label === "string" ? label : t("options"))}
        className={`pop ${menu ? "menu" : ""} ${popClass}`}
        onKeyDown={keys}
      >
        {open && children(close)}
      </div>
    </>
  );
}

export function MenuItem({
  icon,
  children,
  onClick,
  danger,
  checked,
  hint,
}: {
  icon?: ReactNode;
  children: ReactNode;
  onClick: () => void;
  danger?: boolean;
  checked?: boolean;
  hint?: ReactNode;
}) {
  return (
    <button
      type="button"
      role={checked === undefined ? "menuitem" : "menuitemradio"}
      aria-checked={checked}
      tabIndex={-1}
      className={danger ? "menu-item danger" : "menu-item"}
      onClick={(e) => {
        e.currentTarget.closest<HTMLElement>("[popover]")?.hidePopover();
        onClick();
      }}
    >
      {icon}
      <span>{children}</span>
      {hint && <span className="menu-hint">{hint}</span>}
    </button>
  );
}

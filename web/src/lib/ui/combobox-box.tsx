import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { t } from "../i18n";
import { type ComboboxProps, matches, type Option } from "./combobox";
import { IconCheck, IconChevronDown, IconPlus, IconX } from "./icons";
import { useAnchored } from "./popover";

/** Choose one or several by typing or from the list, by the keyboard alone too (ARIA combobox with a listbox). */
export function ComboboxBox(p: ComboboxProps) {
  const own = useId();
  const id = p.id ?? own;
  const box = useRef<HTMLDivElement>(null);
  const pop = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState<string>();
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const known = useRef(new Map<string, Option>());
  for (const o of p.options) known.current.set(o.value, o);
  const chosen = p.value.map((v) => known.current.get(v) ?? { value: v, label: v });
  const q = typed ?? "";
  const shown = useMemo(() => (p.onSearch ? p.options : p.options.filter((o) => matches(o, q))), [p.options, p.onSearch, q]);
  const creatable = !!p.onCreate && q.trim() !== "" && !p.options.some((o) => o.label === q.trim());
  const count = shown.length + (creatable ? 1 : 0);
  useAnchored(box, pop, open, "start", true);

  const show = (yes: boolean) => {
    if (p.disabled || yes === open) return;
    setOpen(yes);
    if (yes) {
      p.onOpen?.();
      pop.current?.showPopover();
      setAt(
        Math.max(
          0,
          shown.findIndex((o) => o.value === p.value[0]),
        ),
      );
    } else if (pop.current?.matches(":popover-open")) pop.current.hidePopover();
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it appears
  useEffect(() => {
    if (p.autoOpen) {
      input.current?.focus();
      show(true);
    }
  }, []);
  useEffect(() => {
    if (open) pop.current?.querySelector(`[data-at="${at}"]`)?.scrollIntoView({ block: "nearest" });
  }, [at, open]);

  const type = (text: string) => {
    setTyped(text);
    setAt(0);
    p.onSearch?.(text);
    show(true);
  };
  const take = (value: string) => {
    if (p.multiple) {
      p.onChange(p.value.includes(value) ? p.value.filter((v) => v !== value) : [...p.value, value]);
      if (q) type("");
      input.current?.focus();
    } else {
      p.onChange([value]);
      setTyped(undefined);
      show(false);
    }
  };
  const create = () => {
    p.onCreate?.(q.trim());
    setTyped(undefined);
    if (!p.multiple) show(false);
  };
  const keys = (e: KeyboardEvent) => {
    if (e.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step) {
      e.preventDefault();
      if (!open) return show(true);
      setAt((at + step + count) % Math.max(count, 1));
    } else if (e.key === "Enter" && open) {
      const o = shown[at];
      if (!o && !creatable) return;
      e.preventDefault();
      e.stopPropagation();
      if (o && !o.disabled) take(o.value);
      else if (creatable) create();
    } else if (e.key === "Escape" && open) {
      e.preventDefault();
      e.stopPropagation();
      setTyped(undefined);
      show(false);
      if (p.autoOpen) p.onLeave?.();
    } else if (e.key === "Backspace" && !q && p.multiple && p.value.length) p.onChange(p.value.slice(0, -1));
    else if (e.key === "Backspace" && typed === undefined && !p.multiple && p.clearable && p.value.length) p.onChange([]);
  };
  const single = !p.multiple ? (chosen[0]?.label ?? "") : "";
  return (
    <div className="combo" ref={box}>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the input inside takes the keys */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a click anywhere in the box goes to the input */}
      <div
        className={`input combo-box${p.invalid ? " bad" : ""}${p.disabled ? " off" : ""}`}
        onClick={() => {
          input.current?.focus();
          show(true);
        }}
      >
        {p.multiple &&
          chosen.map((o) => (
            <span key={o.value} className={`badge c-${o.color ?? "gray"} combo-chip`}>
              {o.label}
              <button
                type="button"
                tabIndex={-1}
                aria-label={t("remove", o.label)}
                onClick={(e) => {
                  e.stopPropagation();
                  p.onChange(p.value.filter((v) => v !== o.value));
                }}
              >
                <IconX size={12} aria-hidden />
              </button>
            </span>
          ))}
        <input
          ref={input}
          id={id}
          role="combobox"
          autoComplete="off"
          spellCheck={false}
          aria-label={p.label}
          aria-expanded={open}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={open && count ? `${id}-${at}` : undefined}
          aria-invalid={p.invalid || undefined}
          aria-describedby={p.describedBy}
          disabled={p.disabled}
          placeholder={p.multiple && p.value.length ? "" : single || p.placeholder || ""}
          className={single && typed === undefined ? "has-value" : undefined}
          value={typed ?? single}
          onFocus={(e) => e.target.select()}
          onChange={(e) => type(e.target.value)}
          onKeyDown={keys}
          onBlur={(e) => {
            if (pop.current?.contains(e.relatedTarget)) return;
            setTyped(undefined);
            show(false);
            p.onLeave?.();
          }}
        />
        {p.clearable && p.value.length > 0 && !p.multiple && !p.disabled ? (
          <button
            type="button"
            className="combo-clear"
            tabIndex={-1}
            aria-label={t("clear")}
            onClick={(e) => {
              e.stopPropagation();
              setTyped(undefined);
              p.onChange([]);
            }}
          >
            <IconX size={14} aria-hidden />
          </button>
        ) : (
          <IconChevronDown className="combo-arrow" size={16} aria-hidden />
        )}
      </div>
      <div
        ref={pop}
        popover="manual"
        className="pop listbox"
        id={`${id}-list`}
        role="listbox"
        aria-label={p.label ?? t("options")}
        aria-multiselectable={p.multiple}
      >
        {open && (
          <>
            {shown.map((o, i) => {
              const on = p.value.includes(o.value);
              return (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the input takes the keys
                // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the input
                <div
                  key={o.value}
                  id={`${id}-${i}`}
                  data-at={i}
                  role="option"
                  aria-selected={on}
                  aria-disabled={o.disabled || undefined}
                  className={`option${i === at ? " at" : ""}${on ? " on" : ""}`}
                  onMouseDown={(e) => e.preventDefault()}
                  onMouseMove={() => setAt(i)}
                  onClick={() => !o.disabled && take(o.value)}
                >
                  {o.color && <i className={`dot c-${o.color}`} />}
                  <span className="option-label">{o.label}</span>
                  {o.hint && <span className="option-hint">{o.hint}</span>}
                  {on && <IconCheck size={16} aria-hidden />}
                </div>
              );
            })}
            {creatable && (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the input takes the keys
              // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the input
              <div
                id={`${id}-${shown.length}`}
                data-at={shown.length}
                role="option"
                aria-selected={false}
                className={`option${at === shown.length ? " at" : ""}`}
                onMouseDown={(e) => e.preventDefault()}
                onClick={create}
              >
                <IconPlus size={16} aria-hidden />
                <span className="option-label">{t("add.choice", q.trim())}</span>
              </div>
            )}
            {count === 0 && (
              <div className="option none" role="option" aria-selected={false} aria-disabled tabIndex={-1}>
                {p.loading ? t("loading") : t("nothing")}
              </div>
            )}
          </>
        )}
      </div>
    </div>
  );
}

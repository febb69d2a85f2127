import type { ReactNode } from "react";
import { t } from "../i18n";

/** Chips that act as radio buttons: one tap to choose, the arrow keys to move. */
export function Chips<T extends string>({
  label,
  value,
  options,
  onChange,
  hideLabel,
}: {
  label: string;
  value?: T;
  options: readonly { value: T; label: string; color?: string }[];
  onChange: (v: T) => void;
  hideLabel?: boolean;
}) {
  return (
    <fieldset className="chips">
      <legend className={hideLabel ? "sr" : undefined}>{label}</legend>
      {options.map((o) => (
        <label key={o.value} className={o.value === value ? "chip on" : "chip"}>
          <input type="radio" name={label} checked={o.value === value} onChange={() => onChange(o.value)} />
          {o.color && <i className={`dot c-${o.color}`} />}
          {o.label}
        </label>
      ))}
    </fieldset>
  );
}

export const Badge = ({ color = "gray", children }: { color?: string; children: ReactNode }) => (
  <span className={`badge c-${color}`}>{children}</span>
);

const hues = ["blue", "teal", "violet", "orange", "green", "pink", "cyan"];
/** A person as a coloured circle with the last characters of the name, as Chinese tools do. */
export function Avatar({ name, size = 24 }: { name: string; size?: number }) {
  const n = [...name].reduce((h, c) => (h * 31 + (c.codePointAt(0) ?? 0)) >>> 0, 7);
  const chinese = /[\u4e00-\u9fff]/.test(name);
  const text = chinese ? name.slice(-(size > 28 ? 2 : 1)) : name.slice(0, 1).toUpperCase();
  return (
    <span
      className={`avatar c-${hues[n % hues.length]}`}
      style={{ width: size, height: size, fontSize: size * (text.length > 1 ? 0.36 : 0.48) }}
      aria-hidden
    >
      {text}
    </span>
  );
}

/** What failed to load, with a way to try again. */
export function Failed({ error, retry }: { error?: unknown; retry?: () => void }) {
  return (
    <div role="alert" className="failed">
      <span>{error instanceof Error && error.message ? error.message : t("error.load")}</span>
      {retry && (
        <button type="button" className="btn small" onClick={retry}>
          {t("retry")}
        </button>
      )}
    </div>
  );
}

/** Grey shapes in the place of what is on its way; never moves the page. */
export const Ghosts = ({ n = 6, h = 40, gap = 8 }: { n?: number; h?: number; gap?: number }) => (
  <div className="ghosts" aria-busy="true" style={{ gap }}>
    {Array.from({ length: n }, (_, i) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: they have no identity
      <div key={i} className="ghost" style={{ height: h }} />
    ))}
  </div>
);

/** Nothing here, and what to do next; with heading when it is all there is on the page. */
type EmptyProps = { icon?: ReactNode; title: string; text?: string; heading?: boolean; children?: ReactNode };
export const Empty = ({ icon, title, text, heading, children }: EmptyProps) => (
  <div className="empty">
    {icon && <div className="empty-icon">{icon}</div>}
    {heading ? <h1 className="empty-title">{title}</h1> : <p className="empty-title">{title}</p>}
    {text && <p className="muted">{text}</p>}
    {children && <div className="empty-acts">{children}</div>}
  </div>
);

/** A label, its control, and what is wrong with it. The control gets id and, when bad, aria-describedby. */
export function Field({
  id,
  label,
  required,
  help,
  error,
  wide,
  children,
}: {
  id: string;
  label: ReactNode;
  required?: boolean;
  help?: ReactNode;
  error?: string;
  wide?: boolean;
  children: ReactNode;
}) {
  return (
    <div className={wide ? "field wide" : "field"}>
      <label htmlFor={id}>
        {label}
        {required && (
          <span className="required" title={t("required")} aria-hidden>
            *
          </span>
        )}
      </label>
      {children}
      {error ? (
        <p className="field-error" id={`${id}-error`}>
          {error}
        </p>
      ) : (
        help && (
          <p className="field-help" id={`${id}-help`}>
            {help}
          </p>
        )
      )}
    </div>
  );
}

export const Spinner = () => <span className="spinner" aria-hidden />;

import { t } from "../i18n";
import { Store, useStore } from "../store";
import { IconAlertTriangle, IconCircleCheck, IconX } from "./icons";

export type Act = { label: string; run: () => void };
type Toast = { id: number; text: string; bad?: boolean; acts: Act[] };
const toasts = new Store<Toast[]>([]);
let last = 0;
const drop = (id: number) => toasts.set(toasts.get().filter((x) => x.id !== id));

/** Says what was done, with a way back or on where there is one. Failures stay longer. */
export function toast(text: string, o: { undo?: () => void; bad?: boolean; action?: Act } = {}) {
  const id = ++last;
  const acts = [...(o.action ? [o.action] : []), ...(o.undo ? [{ label: t("undo"), run: o.undo }] : [])];
  toasts.set([...toasts.get().slice(-2), { id, text, bad: o.bad, acts }]);
  setTimeout(() => drop(id), o.bad || acts.length > 0 ? 9000 : 5000);
}

/** Says what went wrong: the server's sentence, or that it cannot be reached. */
export function toastError(e: unknown) {
  const text = e instanceof Error && e.message ? e.message : t("error.network");
  toast(text, { bad: true });
}

export function Toasts() {
  const items = useStore(toasts);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {items.map((x) => (
        <div key={x.id} className={x.bad ? "toast bad" : "toast"}>
          {x.bad ? <IconAlertTriangle size={18} aria-hidden /> : <IconCircleCheck size={18} aria-hidden />}
          <span>{x.text}</span>
          {x.acts.map((a) => (
            <button
              key={a.label}
              type="button"
              onClick={() => {
                drop(x.id);
                a.run();
              }}
            >
              {a.label}
            </button>
          ))}
          <button type="button" className="toast-close" aria-label={t("close")} onClick={() => drop(x.id)}>
            <IconX size={16} aria-hidden />
          </button>
        </div>
      ))}
    </div>
  );
}

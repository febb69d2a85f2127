import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { t } from "../i18n";
import { isPhone } from "../screen";
import { Store, useStore } from "../store";
import { IconX } from "./icons";

type Props = {
  title: ReactNode;
  onClose: () => void;
  /** Asked before closing by Escape, the cross or a click outside; false keeps it open. */
  mayClose?: () => boolean | Promise<boolean>;
  /** It cannot be closed, only answered. */
  locked?: boolean;
  kind?: "modal" | "drawer" | "sheet";
  wide?: boolean;
  children: ReactNode;
  footer?: ReactNode;
  actions?: ReactNode;
};

/** A native dialog: focus, Escape and the inert page come with it. A drawer and a sheet rise from below on phones. */
export function Dialog({ title, onClose, mayClose, locked, kind = "modal", wide, children, footer, actions }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Before the effects of what is inside: a list that opens by itself needs an open dialog around it.
  useLayoutEffect(() => {
    const d = ref.current;
    if (!d || d.open) return;
    d.showModal();
    const wanted =
      d.querySelector<HTMLElement>("[data-autofocus]") ??
      (isPhone() ? null : d.querySelector<HTMLElement>(".dialog-body :is(input, textarea, select):enabled"));
    (wanted ?? d.querySelector<HTMLElement>("h2"))?.focus();
  }, []);
  const close = async () => {
    if (!locked && (!mayClose || (await mayClose()))) onClose();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it
    <dialog
      ref={ref}
      className={`dialog ${kind}${wide ? " wide" : ""}`}
      aria-labelledby={id}
      onCancel={(e) => {
        if (e.target !== ref.current) return;
        e.preventDefault();
        void close();
      }}
      onClick={(e) => {
        if (e.target === ref.current) void close();
      }}
    >
      <div className="dialog-box">
        <header className="dialog-head">
          <h2 id={id} tabIndex={-1}>
            {title}
          </h2>
          {actions}
          {!locked && (
            <button type="button" className="icon-btn" aria-label={t("close")} onClick={close}>
              <IconX size={20} aria-hidden />
            </button>
          )}
        </header>
        <div className="dialog-body">{children}</div>
        {footer && <footer className="dialog-foot">{footer}</footer>}
      </div>
    </dialog>
  );
}

type Question = { title: string; text?: string; yes: string; danger?: boolean; answer: (yes: boolean) => void };
const question = new Store<Question | null>(null);

/** Asks before what cannot be undone; everything else has an undo instead. */
export const ask = (q: Omit<Question, "answer">) => new Promise<boolean>((answer) => question.set({ ...q, answer }));

/** Shows the question of ask(); the page has one. */
export function Questions() {
  const q = useStore(question);
  if (!q) return null;
  const answer = (yes: boolean) => {
    question.set(null);
    q.answer(yes);
  };
  return (
    <Dialog
      title={q.title}
      onClose={() => answer(false)}
      footer={
        <>
          <button type="button" className="btn" onClick={() => answer(false)}>
            {t("cancel")}
          </button>
          <button type="button" className={q.danger ? "btn danger" : "btn primary"} onClick={() => answer(true)}>
            {q.yes}
          </button>
        </>
      }
    >
      {q.text && <p className="muted">{q.text}</p>}
    </Dialog>
  );
}

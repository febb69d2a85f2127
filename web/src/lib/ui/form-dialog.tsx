import { type FormEvent, type ReactNode, useId, useState } from "react";
import { ApiError } from "../../api/client";
import { t } from "../i18n";
import { Spinner } from "./bits";
import { Dialog } from "./dialog";
import { toastError } from "./toast";

type Props = {
  title: ReactNode;
  kind?: "modal" | "drawer" | "sheet";
  /** What the button says that sends it. */
  yes?: string;
  /** It does what cannot be undone. */
  danger?: boolean;
  /** Whether there is anything to send. */
  ready?: boolean;
  /** Takes what was entered. The dialog closes when that went well; else it says why, and keeps everything, as it does for false. */
  onSubmit: (form: FormData) => Promise<unknown>;
  onClose: () => void;
  /** The inputs; errors are the server's words on them, by their names in the API. */
  children: (errors: Record<string, string>) => ReactNode;
};

/** A form in a dialog, with the way out and the button that sends it. */
export function FormDialog({ title, kind, yes, danger, ready = true, onSubmit, onClose, children }: Props) {
  const id = useId();
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const submit = async (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    setBusy(true);
    try {
      if ((await onSubmit(new FormData(e.currentTarget))) !== false) return onClose();
    } catch (x) {
      setErrors(x instanceof ApiError ? x.fields : {});
      toastError(x);
    }
    setBusy(false);
  };
  return (
    <Dialog
      title={title}
      kind={kind}
      onClose={onClose}
      footer={
        <>
          <button type="button" className="btn" onClick={onClose}>
            {t("cancel")}
          </button>
          <button type="submit" form={id} className={danger ? "btn danger" : "btn primary"} disabled={!ready || busy}>
            {busy && <Spinner />}
            {yes ?? t("save")}
          </button>
        </>
      }
    >
      <form id={id} className="stack" onSubmit={submit}>
        {children(errors)}
      </form>
    </Dialog>
  );
}

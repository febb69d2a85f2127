import { useState } from "react";
import { IconCheck, IconCopy } from "./icons";
import { toast } from "./toast";

/** Puts text into the clipboard. Where the browser forbids that (plain HTTP) the old way does it, through a selection. */
async function copy(text: string) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  // A dialog keeps the focus within itself.
  (document.querySelector("dialog[open]:last-of-type") ?? document.body).append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

type Props = { text: string; name: string; done: string; label?: string };

/** A button that copies, and says so. */
export function CopyButton({ text, name, done, label }: Props) {
  const [copied, setCopied] = useState(false);
  const click = async () => {
    await copy(text);
    setCopied(true);
    toast(done);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <button
      type="button"
      className={label ? "btn" : "icon-btn"}
      aria-label={label ? undefined : name}
      title={name}
      onClick={() => void click()}
    >
      {copied ? <IconCheck size={17} aria-hidden /> : <IconCopy size={17} aria-hidden />}
      {label}
    </button>
  );
}

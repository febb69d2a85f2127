import { type DragEvent, useRef, useState } from "react";
import { usePhone } from "../screen";
import { IconUpload } from "./icons";
import "./file-drop.css";

type Props = {
  onFiles: (files: File[]) => void;
  title: string;
  /** In its stead where nothing can be dragged. */
  phoneTitle: string;
  text?: string;
  button: string;
  accept?: string;
  multiple?: boolean;
  small?: boolean;
  /** How much has been sent, 0 to 1, while it goes. */
  progress?: number;
};

/** A place to drop files on, or to choose them. */
export function FileDrop({ onFiles, title, phoneTitle, text, button, accept, multiple, small, progress }: Props) {
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const take = (list: FileList | null) => {
    const files = [...(list ?? [])];
    if (files.length) onFiles(multiple ? files : files.slice(0, 1));
  };
  const drop = (e: DragEvent) => {
    e.preventDefault();
    setOver(false);
    take(e.dataTransfer.files);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button inside does the same by keyboard
    <div
      className={`drop${over ? " over" : ""}${small ? " small" : ""}`}
      onDragOver={(e) => {
        e.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      {!small && (
        <span className="empty-icon">
          <IconUpload size={28} aria-hidden />
        </span>
      )}
      <p className="drop-title">{usePhone() ? phoneTitle : title}</p>
      {text && <p className="muted small">{text}</p>}
      <button
        type="button"
        className={small ? "btn small" : "btn primary"}
        disabled={progress !== undefined}
        onClick={() => input.current?.click()}
      >
        {button}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        accept={accept}
        multiple={multiple}
        onChange={(e) => {
          take(e.target.files);
          e.target.value = "";
        }}
      />
      {progress !== undefined && <progress max={1} value={progress || undefined} aria-label={title} />}
    </div>
  );
}

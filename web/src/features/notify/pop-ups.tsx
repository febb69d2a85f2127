import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { Note } from "../../api/notes";
import { t } from "../../lib/i18n";
import { IconBell, IconX } from "../../lib/ui/icons";
import { read } from "./unread";

/** How long a pop-up stays that nobody touches, in milliseconds; one that is urgent stays until somebody does. */
const stays = 12_000;
const most = 3;

/** What has just been said, over whatever is on the screen. While nobody looks at the page it waits. */
export function PopUps({ notes, drop }: { notes: Note[]; drop: (seqs: number[]) => void }) {
  const navigate = useNavigate();
  if (notes.length === 0) return null;
  const shown = notes.length > most ? [] : notes;
  const open = (n: Note) => {
    read(n);
    drop([n.seq]);
    if (n.path) void navigate({ to: n.path });
  };
  return (
    <section className="popups" aria-label={t("notes")} aria-live="polite">
      {shown.map((n) => (
        <Fading key={n.seq} lasting={n.urgent} gone={() => drop([n.seq])}>
          <button type="button" className="popup-text" onClick={() => open(n)}>
            <IconBell size={18} aria-hidden />
            <span>
              <b>{n.label}</b>
              <span>{n.text}</span>
            </span>
          </button>
          <button type="button" className="icon-btn" aria-label={t("close")} onClick={() => drop([n.seq])}>
            <IconX size={16} aria-hidden />
          </button>
        </Fading>
      ))}
      {shown.length === 0 && (
        <Fading key={notes.length} lasting={notes.some((n) => n.urgent)} gone={() => drop(notes.map((n) => n.seq))}>
          <button
            type="button"
            className="popup-text"
            onClick={() => {
              drop(notes.map((n) => n.seq));
              void navigate({ to: "/notes" });
            }}
          >
            <IconBell size={18} aria-hidden />
            <span>
              <b>{t("notes.new", notes.length)}</b>
              <span>{notes.at(-1)?.text}</span>
            </span>
          </button>
          <button type="button" className="icon-btn" aria-label={t("close")} onClick={() => drop(notes.map((n) => n.seq))}>
            <IconX size={16} aria-hidden />
          </button>
        </Fading>
      )}
    </section>
  );
}

/** Goes after a while in which the page is looked at and nobody points at it. */
function Fading({ lasting, gone, children }: { lasting: boolean; gone: () => void; children: React.ReactNode }) {
  const [held, setHeld] = useState(document.visibilityState !== "visible");
  // biome-ignore lint/correctness/useExhaustiveDependencies: gone is another function with every rendering
  useEffect(() => {
    if (held || lasting) return;
    const timer = setTimeout(gone, stays);
    return () => clearTimeout(timer);
  }, [held, lasting]);
  useEffect(() => {
    const seen = () => setHeld(document.visibilityState !== "visible");
    document.addEventListener("visibilitychange", seen);
    return () => document.removeEventListener("visibilitychange", seen);
  }, []);
  return (
    <div className="popup" onPointerEnter={() => setHeld(true)} onPointerLeave={() => setHeld(false)}>
      {children}
    </div>
  );
}

import { useEffect, useState } from "react";
import { createPortal } from "react-dom";
import type { Note } from "../../api/notes";
import { queryClient } from "../../api/query";
import { currentUser } from "../../api/session";
import { t } from "../../lib/i18n";
import { useStore } from "../../lib/store";
import { IconBell } from "../../lib/ui/icons";
import { Popover } from "../../lib/ui/popover";
import { NoteRows } from "./list";
import { PopUps } from "./pop-ups";
import { resume } from "./push";
import { hear } from "./stream";
import { countText, unread } from "./unread";
import "./notify.css";

/** How many notes wait, and what has just been said: at the desk a bell with the list, on a phone the number alone. */
export default function Bell({ phone }: { phone?: boolean }) {
  const user = currentUser()?.id;
  const [fresh, setFresh] = useState<Note[]>([]);
  const count = useStore(unread);
  useEffect(() => {
    if (!user) return;
    if ("Notification" in window) resume().catch(() => {}); // the settings say how it stands
    return hear(user, (h) => {
      if (h.unread !== undefined) {
        unread.set(h.unread);
        void queryClient.invalidateQueries({ queryKey: ["notes"] });
      }
      const { note } = h;
      if (!note) return;
      if (note.popup && !note.read_at) setFresh((list) => [...list, note]);
      void queryClient.invalidateQueries({ queryKey: ["todo"] });
    });
  }, [user]);
  const number = count > 0 && <b className="bell-count">{countText(count)}</b>;
  const drop = (seqs: number[]) => setFresh((list) => list.filter((n) => !seqs.includes(n.seq)));
  return (
    <>
      {phone ? (
        count > 0 && (
          <>
            <span aria-hidden>{number}</span>
            <span className="sr">{t("notes.count", countText(count))}</span>
          </>
        )
      ) : (
        <Popover
          className="bell icon-btn"
          popClass="bell-pop"
          name={count > 0 ? t("notes.count", countText(count)) : t("notes")}
          label={
            <>
              <IconBell size={19} aria-hidden />
              {number}
            </>
          }
        >
          {(close) => <NoteRows close={close} />}
        </Popover>
      )}
      {createPortal(<PopUps notes={fresh} drop={drop} />, document.body)}
    </>
  );
}

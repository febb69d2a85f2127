import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { listNotes, markAllRead, type Note } from "../../api/notes";
import { queryClient } from "../../api/query";
import { formatAgo } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Empty, Failed, Ghosts } from "../../lib/ui/bits";
import { IconBell, IconSettings } from "../../lib/ui/icons";
import { toastError } from "../../lib/ui/toast";
import { read, unread } from "./unread";

/** What the user was told, the newest first; a tap opens what it is about. */
export function NoteRows({ close, page }: { close?: () => void; page?: boolean }) {
  const navigate = useNavigate();
  const [only, setOnly] = useState(false);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["notes", only],
    queryFn: ({ pageParam }) => listNotes(pageParam, only),
    initialPageParam: "",
    getNextPageParam: (last) => last.next || undefined,
  });
  const notes = data?.pages.flatMap((p) => p.items);
  const some = (data?.pages[0]?.unread ?? 0) > 0;
  const open = (n: Note) => {
    read(n);
    close?.();
    if (n.path) void navigate({ to: n.path });
  };
  const all = async () => {
    try {
      await markAllRead(data?.pages[0]?.last ?? 0);
      unread.set(0);
      await queryClient.invalidateQueries({ queryKey: ["notes"] });
    } catch (e) {
      toastError(e);
    }
  };
  return (
    <div className="notes">
      <div className="notes-head">
        {page ? <h1>{t("notes")}</h1> : <h2>{t("notes")}</h2>}
        <label className={only ? "chip on" : "chip"}>
          <input type="checkbox" className="sr" checked={only} onChange={(e) => setOnly(e.target.checked)} />
          {t("notes.only")}
        </label>
        <span className="grow" />
        <button type="button" className="btn quiet small" disabled={!some} onClick={() => void all()}>
          {t("notes.allRead")}
        </button>
        <Link
          to="/settings/notifications"
          className="icon-btn"
          aria-label={t("notes.settings")}
          title={t("notes.settings")}
          onClick={close}
        >
          <IconSettings size={18} aria-hidden />
        </Link>
      </div>
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !notes ? (
        <div className="notes-wait">
          <Ghosts n={4} h={52} />
        </div>
      ) : notes.length === 0 ? (
        <Empty icon={<IconBell size={26} />} title={only ? t("notes.noneUnread") : t("notes.none")} />
      ) : (
        <ul>
          {notes.map((n) => (
            <li key={n.id}>
              <button type="button" className={n.read_at ? "note-row" : "note-row new"} onClick={() => open(n)}>
                <i aria-hidden />
                <span className="grow">
                  <span className="note-text">{n.text}</span>
                  <span className="muted small">
                    {!n.read_at && <span className="sr">{t("notes.unread")} </span>}
                    {n.label} · <time dateTime={n.created_at}>{formatAgo(n.created_at)}</time>
                  </span>
                </span>
                {n.urgent && <span className="badge c-red">{t("notes.urgent")}</span>}
              </button>
            </li>
          ))}
        </ul>
      )}
      {hasNextPage && (
        <button type="button" className="btn quiet notes-more" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("notes.more")}
        </button>
      )}
    </div>
  );
}

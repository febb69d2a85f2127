import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { commentsOf } from "../api/comments";
import { queryClient } from "../api/query";
import { archiveRecord, createRecord, patchRecord, restoreRecord } from "../api/records";
import { currentUser } from "../api/session";
import type { Rec } from "../api/types";
import { str } from "../fields";
import { formatExact, formatInstant } from "../lib/format";
import { t } from "../lib/i18n";
import { Avatar, Failed, Ghosts } from "../lib/ui/bits";
import { Combobox } from "../lib/ui/combobox";
import { IconArchive, IconDots, IconMessageCircle, IconPencil } from "../lib/ui/icons";
import { MenuItem, Popover } from "../lib/ui/popover";
import { toast, toastError } from "../lib/ui/toast";
import { uid } from "../lib/uid";
import { useUserOptions } from "../meta/directory";
import { may, refOf, refsOf, useEntity } from "../meta/meta";
import "./comments.css";

const key = (id: string) => ["comments", id];
const again = (id: string) => queryClient.invalidateQueries({ queryKey: key(id) });

/** 评论: what colleagues say about a follow-up; folded to their number unless open. */
export default function Comments({ id, open: began = false }: { id: string; open?: boolean }) {
  const entity = useEntity("comment");
  const [open, setOpen] = useState(began);
  const { data, error, refetch } = useQuery({ queryKey: key(id), queryFn: () => commentsOf(id), enabled: !!entity });
  if (!entity) return null;
  const mayWrite = may(entity, "create");
  if (data?.length === 0 && !mayWrite) return null;
  return (
    <div className="comments no-print">
      <button type="button" className="btn small quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
        <IconMessageCircle size={16} aria-hidden />
        {data?.length ? t("comments.n", data.length) : t("comments")}
      </button>
      {open && (
        <div className="comments-open">
          {error && !data ? (
            <Failed error={error} retry={() => void refetch()} />
          ) : !data ? (
            <Ghosts n={1} h={48} />
          ) : (
            data.length > 0 && (
              <ul>
                {data.map((r) => (
                  <Comment key={r.id} r={r} followup={id} />
                ))}
              </ul>
            )
          )}
          {mayWrite && <Write followup={id} />}
        </div>
      )}
    </div>
  );
}

function Comment({ r, followup }: { r: Rec; followup: string }) {
  const [editing, setEditing] = useState(false);
  const by = refOf(r, "created_by")?.name ?? "";
  const at = str(r.created_at);
  const putAway = async () => {
    try {
      await archiveRecord("comments", r.id, r.version);
      await again(followup);
      const back = () => void restoreRecord("comments", r.id).then(() => again(followup), toastError);
      toast(t("archived", t("comments")), { undo: back });
    } catch (e) {
      toastError(e);
    }
  };
  if (editing)
    return (
      <li>
        <Write followup={followup} rec={r} onClose={() => setEditing(false)} />
      </li>
    );
  return (
    <li className="comment">
      <Avatar name={by} size={24} />
      <div className="grow">
        <p className="small muted row wrap">
          <b>{by}</b>
          <time dateTime={at} title={formatExact(at)}>
            {formatInstant(at)}
          </time>
          {str(r.updated_at) > at && <span>{t("comments.changed")}</span>}
        </p>
        <p className="pre">{str(r.content)}</p>
      </div>
      {/* Only who wrote it changes it. */}
      {r.created_by === currentUser()?.id && (
        <Popover
          menu
          name={t("more.of", str(r.content).slice(0, 20))}
          popName={t("more")}
          className="icon-btn"
          side="end"
          label={<IconDots size={16} aria-hidden />}
        >
          {() => (
            <>
              <MenuItem icon={<IconPencil size={17} aria-hidden />} onClick={() => setEditing(true)}>
                {t("edit")}
              </MenuItem>
              <MenuItem icon={<IconArchive size={17} aria-hidden />} danger onClick={() => void putAway()}>
                {t("archive")}
              </MenuItem>
            </>
          )}
        </Popover>
      )}
    </li>
  );
}

type WriteProps = { followup: string; rec?: Rec; onClose?: () => void };

/** What one says; an @ asks whom of the colleagues it is for, who is told. */
function Write({ followup, rec, onClose }: WriteProps) {
  const [text, setText] = useState(str(rec?.content));
  const [named, setNamed] = useState(() => (rec ? refsOf(rec, "mention_ids") : []));
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const once = useRef(uid());
  const area = useRef<HTMLTextAreaElement>(null);
  const users = useUserOptions();
  const type = (now: string) => {
    if (now.length > text.length && now.endsWith("@")) setAsking(true);
    setText(now);
  };
  const mention = (id: string | undefined) => {
    const user = users.find((u) => u.value === id);
    setAsking(false);
    if (user) {
      setNamed((list) => [...list.filter((x) => x.id !== user.value), { id: user.value, name: user.label }]);
      setText((x) => `${x.replace(/@$/, "").replace(/(\S)$/, "$1 ")}@${user.label} `);
    }
    area.current?.focus();
  };
  const save = async (e: FormEvent) => {
    e.preventDefault();
    const values = { content: text.trim(), mention_ids: named.filter((u) => text.includes(`@${u.name}`)).map((u) => u.id) };
    setBusy(true);
    try {
      if (rec) await patchRecord("comments", rec.id, rec.version, values);
      else await createRecord("comments", { followup_id: followup, ...values }, once.current);
      await again(followup);
      if (onClose) return onClose();
      setText("");
      setNamed([]);
      once.current = uid();
    } catch (x) {
      toastError(x);
    }
    setBusy(false);
  };
  return (
    <form className="comment-write" onSubmit={(e) => void save(e)}>
      <textarea
        ref={area}
        className="input"
        rows={2}
        maxLength={2000}
        aria-label={t("comments.write")}
        placeholder={t("comments.write")}
        value={text}
        onChange={(e) => type(e.target.value)}
      />
      {asking && (
        <Combobox
          label={t("comments.whom")}
          placeholder={t("comments.whom")}
          value={[]}
          options={users}
          autoOpen
          onChange={([id]) => mention(id)}
          onLeave={() => setAsking(false)}
        />
      )}
      <div className="row">
        <button type="button" className="btn small quiet" onClick={() => setAsking(true)}>
          {t("comments.mention")}
        </button>
        <span className="grow" />
        {onClose && (
          <button type="button" className="btn small" onClick={onClose}>
            {t("cancel")}
          </button>
        )}
        <button type="submit" className="btn small soft" disabled={busy || !text.trim()}>
          {t(rec ? "save" : "comments.send")}
        </button>
      </div>
    </form>
  );
}

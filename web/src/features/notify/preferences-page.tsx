import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type KindPreference, type NoteChannel, type NotePreferences, notePreferences, setNotePreferences } from "../../api/notes";
import { queryClient } from "../../api/query";
import { formatInstant } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Failed, Ghosts } from "../../lib/ui/bits";
import { MenuItem, Popover } from "../../lib/ui/popover";
import { toast, toastError } from "../../lib/ui/toast";
import { PushBox } from "./push-box";
import "./notify.css";

const query = { queryKey: ["note-preferences"], queryFn: notePreferences };
const channels = ["popup", "push", "mail"] as const satisfies readonly NoteChannel[];
const hour = 3_600_000;

/** 提醒: by which way each kind comes, when it is quiet, and when the day's digest comes. */
export default function NotePreferencesPage() {
  const { data, error, refetch } = useQuery(query);
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Ghosts n={6} h={60} />;
  return <Preferences now={data} />;
}

function Preferences({ now }: { now: NotePreferences }) {
  const [draft, setDraft] = useState(now);
  /** Each choice is kept at once; one that is refused goes back to what the server has. */
  const keep = async (next: NotePreferences) => {
    setDraft(next);
    try {
      const kept = await setNotePreferences(next);
      queryClient.setQueryData(query.queryKey, kept);
      setDraft(kept);
      toast(t("saved.done"));
    } catch (e) {
      setDraft(queryClient.getQueryData<NotePreferences>(query.queryKey) ?? now);
      toastError(e);
    }
  };
  const kind = (k: KindPreference, change: Partial<KindPreference>) =>
    void keep({ ...draft, kinds: draft.kinds.map((one) => (one.kind === k.kind ? { ...one, ...change } : one)) });
  return (
    <div className="told">
      <section className="box" aria-labelledby="told-kinds">
        <div className="box-head">
          <h2 id="told-kinds">{t("told.how")}</h2>
        </div>
        <Kinds list={draft.kinds} change={kind} />
        <p className="told-hours muted small">
          {draft.mail ? t("told.mailTo", draft.mail) : t("told.noMail")} {t("told.listed")}
        </p>
      </section>
      <PushBox />
      <Quiet now={draft} keep={(p) => void keep(p)} />
      <Digest now={draft} keep={(p) => void keep(p)} />
    </div>
  );
}

type Change = (k: KindPreference, change: Partial<KindPreference>) => void;

function Kinds({ list, change }: { list: KindPreference[]; change: Change }) {
  return (
    <table className="told-table">
      <thead>
        <tr>
          <th scope="col">{t("told.kind")}</th>
          {channels.map((c) => (
            <th key={c} scope="col">
              {t(`told.${c}`)}
            </th>
          ))}
          <th scope="col">{t("told.mute")}</th>
        </tr>
      </thead>
      <tbody>
        {list.map((k) => (
          <tr key={k.kind}>
            <th scope="row">
              {k.label} {k.urgent && <span className="badge c-red">{t("notes.urgent")}</span>}
              {k.muted_until && <span className="muted small told-muted">{t("told.mutedUntil", formatInstant(k.muted_until))}</span>}
            </th>
            {channels.map((c) => (
              <td key={c}>
                <label>
                  <input
                    type="checkbox"
                    aria-label={`${k.label} ${t(`told.${c}`)}`}
                    checked={k.channels.includes(c)}
                    onChange={(e) => change(k, { channels: e.target.checked ? [...k.channels, c] : k.channels.filter((x) => x !== c) })}
                  />
                </label>
              </td>
            ))}
            <td>
              <Mute k={k} change={change} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Mute({ k, change }: { k: KindPreference; change: Change }) {
  if (k.muted_until)
    return (
      <button type="button" className="btn small" onClick={() => change(k, { muted_until: null })}>
        {t("told.unmute")}
      </button>
    );
  const spans = [
    { label: t("told.hour"), ms: hour },
    { label: t("told.day"), ms: 24 * hour },
    { label: t("told.week"), ms: 7 * 24 * hour },
  ];
  return (
    <Popover menu side="end" className="btn small" label={t("told.mute")} name={`${t("told.mute")} ${k.label}`}>
      {() =>
        spans.map(({ label, ms }) => (
          <MenuItem key={ms} onClick={() => change(k, { muted_until: new Date(Date.now() + ms).toISOString() })}>
            {label}
          </MenuItem>
        ))
      }
    </Popover>
  );
}

type Part = { now: NotePreferences; keep: (p: NotePreferences) => void };

function Quiet({ now, keep }: Part) {
  const on = now.quiet.from !== "";
  const set = (quiet: NotePreferences["quiet"]) => keep({ ...now, quiet });
  return (
    <section className="box" aria-labelledby="told-quiet">
      <div className="box-head">
        <h2 id="told-quiet">{t("told.quiet")}</h2>
        <label className="told-switch">
          <input
            type="checkbox"
            aria-label={t("told.quiet")}
            checked={on}
            onChange={(e) => set(e.target.checked ? { from: "22:00", until: "08:00" } : { from: "", until: "" })}
          />
        </label>
      </div>
      {on && (
        <div className="told-hours">
          <Time label={t("told.from")} value={now.quiet.from} onChange={(from) => set({ ...now.quiet, from })} />
          <span aria-hidden>–</span>
          <Time label={t("told.until")} value={now.quiet.until} onChange={(until) => set({ ...now.quiet, until })} />
        </div>
      )}
      <p className="told-hours muted small">{t("told.quietText")}</p>
    </section>
  );
}

function Digest({ now, keep }: Part) {
  const on = now.digest.at !== "";
  const set = (digest: NotePreferences["digest"]) => keep({ ...now, digest });
  return (
    <section className="box" aria-labelledby="told-digest">
      <div className="box-head">
        <h2 id="told-digest">{t("told.digest")}</h2>
        <label className="told-switch">
          <input
            type="checkbox"
            aria-label={t("told.digest")}
            checked={on}
            onChange={(e) => set({ ...now.digest, at: e.target.checked ? "08:30" : "" })}
          />
        </label>
      </div>
      {on && (
        <div className="told-hours">
          <Time label={t("told.digestAt")} value={now.digest.at} onChange={(at) => set({ ...now.digest, at })} />
          <label className={now.digest.workdays ? "chip on" : "chip"}>
            <input
              type="checkbox"
              className="sr"
              checked={now.digest.workdays}
              onChange={(e) => set({ ...now.digest, workdays: e.target.checked })}
            />
            {t("told.workdays")}
          </label>
        </div>
      )}
      <p className="told-hours muted small">{t("told.digestText")}</p>
    </section>
  );
}

/** A time of the day, kept when one leaves it: while it is typed it passes through others. */
function Time({ label, value, onChange }: { label: string; value: string; onChange: (v: string) => void }) {
  const [typed, setTyped] = useState<string>();
  return (
    <input
      type="time"
      className="input"
      aria-label={label}
      value={typed ?? value}
      onChange={(e) => setTyped(e.target.value)}
      onBlur={() => {
        if (typed && typed !== value) onChange(typed);
        setTyped(undefined);
      }}
    />
  );
}

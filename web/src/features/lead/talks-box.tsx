import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { leadTalks, setLeadTalks, type Talks, type TalkTrack } from "../../api/leads";
import { queryClient } from "../../api/query";
import type { EntityMeta } from "../../api/types";
import { kindOf } from "../../fields";
import { t } from "../../lib/i18n";
import { shifted } from "../../lib/shifted";
import { Failed, Field, Ghosts } from "../../lib/ui/bits";
import { IconArrowBackUp, IconArrowDown, IconArrowUp, IconDots, IconPencil, IconPlus, IconTrash } from "../../lib/ui/icons";
import { MenuItem, Popover } from "../../lib/ui/popover";
import { toast, toastError } from "../../lib/ui/toast";
import { choiceOf, fieldOf, useEntity } from "../../meta/meta";
import { TalkTry } from "./talk-try";
import { conditions } from "./talks";
import { TrackDialog } from "./track-dialog";

const talksQuery = { queryKey: ["lead-talks"], queryFn: leadTalks };

/** 话术: what is said to leads of which kind, in the order in which equals are asked; each change is saved at once. */
export function TalksBox() {
  const { data, error, refetch } = useQuery(talksQuery);
  const lead = useEntity("lead");
  const followup = useEntity("followup");
  const [open, setOpen] = useState<number>();
  if (error && !data) return <Failed error={error} retry={() => void refetch()} />;
  if (!data || !lead || !followup) return <Ghosts n={3} h={56} />;
  const save = async (next: Talks) => {
    queryClient.setQueryData(talksQuery.queryKey, await setLeadTalks(next));
    void queryClient.invalidateQueries({ queryKey: ["lead-advice"] });
  };
  const saved = async (next: Talks, said = t("saved.done")) => {
    try {
      await save(next);
      toast(said, { undo: () => void saved(data, t("undone")) });
    } catch (e) {
      toastError(e);
    }
  };
  const withTracks = (tracks: TalkTrack[]): Talks => ({ ...data, built_in: false, tracks });
  const drop = (track: TalkTrack) => void saved(withTracks(data.tracks.filter((x) => x !== track)), t("talks.dropped", track.name));
  return (
    <section className="box talks" aria-labelledby="talks">
      <div className="box-head">
        <h2 id="talks">{t("talks")}</h2>
        {!data.built_in && (
          <button type="button" className="btn small quiet" onClick={() => void saved({ ...data, built_in: true }, t("talks.builtInBack"))}>
            <IconArrowBackUp size={15} aria-hidden />
            {t("talks.builtIn")}
          </button>
        )}
        <button type="button" className="btn small" onClick={() => setOpen(data.tracks.length)}>
          <IconPlus size={15} aria-hidden />
          {t("talks.add")}
        </button>
      </div>
      <p className="muted small rules-text">{t("talks.text")}</p>
      <ol>
        {data.tracks.map((track, i) => (
          <li key={track.name}>
            <button type="button" className="talk-track" onClick={() => setOpen(i)}>
              <b>{track.name}</b>
              <For lead={lead} track={track} />
              <span className="small muted">{said(followup, track)}</span>
            </button>
            <Popover menu name={t("more.of", track.name)} className="icon-btn" side="end" label={<IconDots size={18} aria-hidden />}>
              {() => (
                <>
                  <MenuItem icon={<IconPencil size={16} />} onClick={() => setOpen(i)}>
                    {t("edit")}
                  </MenuItem>
                  {i > 0 && (
                    <MenuItem icon={<IconArrowUp size={16} />} onClick={() => void saved(withTracks(shifted(data.tracks, i, -1)))}>
                      {t("columns.up", track.name)}
                    </MenuItem>
                  )}
                  {i < data.tracks.length - 1 && (
                    <MenuItem icon={<IconArrowDown size={16} />} onClick={() => void saved(withTracks(shifted(data.tracks, i, 1)))}>
                      {t("columns.down", track.name)}
                    </MenuItem>
                  )}
                  <MenuItem icon={<IconTrash size={16} />} onClick={() => drop(track)}>
                    {t("remove", track.name)}
                  </MenuItem>
                </>
              )}
            </Popover>
          </li>
        ))}
      </ol>
      {data.tracks.length === 0 && <p className="muted rules-text">{t("talks.none")}</p>}
      <div className="talks-more">
        <Remind followup={followup} value={data.remind} onChange={(remind) => void saved({ ...data, remind })} />
        <TalkTry followup={followup} />
      </div>
      {open !== undefined && (
        <TrackDialog
          lead={lead}
          followup={followup}
          track={data.tracks[open]}
          at={open}
          onSave={(track) => save(withTracks(open < data.tracks.length ? data.tracks.with(open, track) : [...data.tracks, track]))}
          onClose={() => setOpen(undefined)}
        />
      )}
    </section>
  );
}

/** For which leads a track is. */
function For({ lead, track }: { lead: EntityMeta; track: TalkTrack }) {
  const named = conditions.flatMap(([name, many]) => {
    const field = fieldOf(lead, name);
    return field && track[many].length > 0 ? [{ field, values: track[many] }] : [];
  });
  return (
    <span className="small">
      {named.length === 0 && t("talks.forAll")}
      {named.map(({ field, values }, i) => {
        const { Value, text } = kindOf(field);
        return (
          <span key={field.name}>
            {i > 0 && " · "}
            {Value ? <Value field={field} value={values} /> : text(values, field)}
          </span>
        );
      })}
    </span>
  );
}

/** The way, and how much there is to say. */
function said(followup: EntityMeta, track: TalkTrack): string {
  const ways = fieldOf(followup, "way");
  const way = track.way && ways && (choiceOf(ways, track.way)?.label ?? track.way);
  return [...(way ? [way] : []), t("talks.points", track.points.length)].join(" · ");
}

function Remind({ followup, value, onChange }: { followup: EntityMeta; value: string; onChange: (v: string) => void }) {
  const field = fieldOf(followup, "remind");
  if (!field) return null;
  return (
    <Field id="talks-remind" label={t("talks.remind")}>
      <select id="talks-remind" className="input" value={value} onChange={(e) => onChange(e.target.value)}>
        <option value="">{t("talks.noRemind")}</option>
        {(field.choices ?? []).map((c) => (
          <option key={c.value} value={c.value}>
            {c.label}
          </option>
        ))}
      </select>
    </Field>
  );
}

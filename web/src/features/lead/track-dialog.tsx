import { useState } from "react";
import type { TalkTrack } from "../../api/leads";
import type { EntityMeta } from "../../api/types";
import { kindOf } from "../../fields";
import { t } from "../../lib/i18n";
import { Chips, Field } from "../../lib/ui/bits";
import { FormDialog } from "../../lib/ui/form-dialog";
import { toast } from "../../lib/ui/toast";
import { fieldOf } from "../../meta/meta";
import { conditions } from "./talks";

const blank: TalkTrack = { name: "", sources: [], lead_types: [], industries: [], way: "", goal: "", points: [] };

type Props = {
  lead: EntityMeta;
  followup: EntityMeta;
  /** A new one without. */
  track?: TalkTrack;
  /** Its place among the tracks, by which the server names what is wrong. */
  at: number;
  onSave: (track: TalkTrack) => Promise<void>;
  onClose: () => void;
};

/** A talk track: for which leads it is, and what is said to them, a line each. */
export function TrackDialog({ lead, followup, track, at, onSave, onClose }: Props) {
  const [now, setNow] = useState(track ?? blank);
  const [points, setPoints] = useState(now.points.join("\n"));
  const set = (patch: Partial<TalkTrack>) => setNow((x) => ({ ...x, ...patch }));
  const ways = fieldOf(followup, "way")?.choices?.filter((c) => !c.disabled || c.value === now.way) ?? [];
  const save = async () => {
    await onSave({ ...now, points: points.split("\n") });
    toast(t("saved.done"));
  };
  return (
    <FormDialog title={track?.name ?? t("talks.add")} kind="drawer" onSubmit={save} onClose={onClose}>
      {(errors) => {
        const error = (name: string) => errors[`tracks.${at}.${name}`] ?? (name === "name" ? errors.tracks : undefined);
        return (
          <>
            <Field id="track-name" label={t("talks.name")} required error={error("name")}>
              <input
                id="track-name"
                className="input"
                value={now.name}
                maxLength={60}
                aria-invalid={!!error("name") || undefined}
                onChange={(e) => set({ name: e.target.value })}
              />
            </Field>
            {conditions.map(([name, many]) => {
              const field = fieldOf(lead, name);
              const Many = field && kindOf(field).Many;
              return (
                field &&
                Many && (
                  <Field key={name} id={`track-${name}`} label={field.label} help={t("talks.any")} error={error(many)}>
                    <Many field={field} id={`track-${name}`} value={now[many]} onChange={(values) => set({ [many]: values })} />
                  </Field>
                )
              );
            })}
            <Chips
              label={t("talks.way")}
              value={now.way}
              options={[{ value: "", label: t("talks.anyWay") }, ...ways]}
              onChange={(way) => set({ way })}
            />
            <Field id="track-goal" label={t("talks.goal")} error={error("goal")}>
              <textarea
                id="track-goal"
                className="input"
                rows={2}
                maxLength={200}
                value={now.goal}
                onChange={(e) => set({ goal: e.target.value })}
              />
            </Field>
            <Field id="track-points" label={t("talks.say")} help={t("talks.sayHelp")} error={error("points")}>
              <textarea id="track-points" className="input" rows={9} value={points} onChange={(e) => setPoints(e.target.value)} />
            </Field>
          </>
        );
      }}
    </FormDialog>
  );
}

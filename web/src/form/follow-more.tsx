import { useState } from "react";
import type { EntityMeta, FieldMeta } from "../api/types";
import { kindOf, str } from "../fields";
import { nowInstant } from "../lib/clock";
import { formatBytes, formatInstant } from "../lib/format";
import { t } from "../lib/i18n";
import { Field, Spinner } from "../lib/ui/bits";
import { IconCamera, IconMapPin, IconPaperclip, IconX } from "../lib/ui/icons";
import { fieldOf, writable } from "../meta/meta";
import type { More } from "./follow-form";

const wanted = ["feedback", "next_action", "contact_id", "participant_ids"];

type Props = {
  entity: EntityMeta;
  /** Whose contacts can be named; none for a lead, which is one person. */
  customerId: string;
  way: string;
  more: More;
  errors: Record<string, string>;
  onChange: (m: More) => void;
};

/** What of a follow-up is not asked every time: what the customer said, who was there, photos, where it was. */
export default function FollowMore({ entity, customerId, way, more, errors, onChange }: Props) {
  const fields = wanted
    .map((n) => fieldOf(entity, n))
    .filter((f): f is FieldMeta => !!f && writable(f) && (!!customerId || f.name !== "contact_id"));
  const set = (name: string, value: unknown) => onChange({ ...more, values: { ...more.values, [name]: value } });
  return (
    <div className="stack follow-extra">
      {fieldOf(entity, "checked_in_at") && <CheckIn more={more} onChange={onChange} first={way === "visit"} />}
      <Files more={more} onChange={onChange} />
      {fields.map((f) => {
        const { Input } = kindOf(f);
        return (
          <Field key={f.name} id={`more-${f.name}`} label={f.label} error={errors[f.name]}>
            <Input
              field={f}
              id={`more-${f.name}`}
              value={more.values[f.name]}
              values={{ customer_id: customerId }}
              invalid={!!errors[f.name]}
              onChange={(v) => set(f.name, v)}
            />
          </Field>
        );
      })}
    </div>
  );
}

/** The file input's own button cannot be dressed; its label is the button. */
function Files({ more, onChange }: { more: More; onChange: (m: More) => void }) {
  const add = (list: FileList | null) => onChange({ ...more, files: [...more.files, ...(list ?? [])] });
  return (
    <div className="follow-files">
      <label className="btn">
        <IconCamera size={17} aria-hidden />
        {t("plan.photo")}
        <input className="sr" type="file" accept="image/*" capture="environment" onChange={(e) => add(e.target.files)} />
      </label>
      <label className="btn">
        <IconPaperclip size={17} aria-hidden />
        {t("plan.file")}
        <input className="sr" type="file" multiple onChange={(e) => add(e.target.files)} />
      </label>
      {more.files.map((f, i) => (
        <span key={`${f.name}-${f.lastModified}`} className="badge c-gray follow-file">
          {f.name} · {formatBytes(f.size)}
          <button
            type="button"
            aria-label={t("remove", f.name)}
            onClick={() => onChange({ ...more, files: more.files.filter((_, at) => at !== i) })}
          >
            <IconX size={14} aria-hidden />
          </button>
        </span>
      ))}
    </div>
  );
}

const locate = () =>
  new Promise<GeolocationPosition>((ok, fail) =>
    navigator.geolocation.getCurrentPosition(ok, fail, { enableHighAccuracy: true, timeout: 10_000, maximumAge: 60_000 }),
  );

/** 签到: the time, the place by the device where it says so, and in words. */
function CheckIn({ more, onChange, first }: { more: More; onChange: (m: More) => void; first: boolean }) {
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState("");
  const at = str(more.values.checked_in_at);
  const set = (values: Record<string, unknown>) => onChange({ ...more, values: { ...more.values, ...values } });
  const checkIn = async () => {
    setBusy(true);
    const values: Record<string, unknown> = { checked_in_at: nowInstant() };
    try {
      const { coords } = await locate();
      values.position = `${coords.latitude.toFixed(6)},${coords.longitude.toFixed(6)}`;
      setSaid(t("checkIn.near", Math.round(coords.accuracy)));
    } catch {
      setSaid(t("checkIn.nowhere"));
    }
    set(values);
    setBusy(false);
  };
  return (
    <div className="check-in">
      <button type="button" className={first && !at ? "btn soft" : "btn"} disabled={busy} onClick={() => void checkIn()}>
        {busy ? <Spinner /> : <IconMapPin size={17} aria-hidden />}
        {at ? t("checkIn.again") : t("checkIn")}
      </button>
      {at && (
        <>
          <span className="small" role="status">
            {t("checkIn.at", formatInstant(at))} {said}
          </span>
          <input
            className="input"
            aria-label={t("checkIn.place")}
            placeholder={t("checkIn.place")}
            maxLength={200}
            value={str(more.values.checked_in_place)}
            onChange={(e) => set({ checked_in_place: e.target.value })}
          />
        </>
      )}
    </div>
  );
}

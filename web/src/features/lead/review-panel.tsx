import { useEffect, useId, useRef, useState } from "react";
import type { Decision } from "../../api/leads";
import type { EntityMeta } from "../../api/types";
import { addDays, today } from "../../lib/dates";
import { formatDay } from "../../lib/format";
import { t } from "../../lib/i18n";
import { useKeys } from "../../lib/keys";
import { Field } from "../../lib/ui/bits";
import { fieldOf } from "../../meta/meta";
import { chipsOf } from "./queue";
import "./review-panel.css";

export type PanelKind = "return" | "park" | "invalid";

const days = [7, 14, 30, 90] as const;

type Props = {
  kind: PanelKind;
  entity: EntityMeta;
  /** What the lead lacks, chosen before anybody does. */
  lacks: string[];
  onDecide: (d: Decision) => void;
  onClose: () => void;
};

/** Why a lead is not passed. What is most likely is chosen already, or one tap says it all. */
export function ReviewPanel({ kind, entity, lacks, onDecide, onClose }: Props) {
  const [opinion, setOpinion] = useState("");
  const [chosen, setChosen] = useState(lacks);
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const made = (d: Decision) => onDecide({ ...d, ...(opinion.trim() ? { opinion: opinion.trim() } : {}) });
  const lacking = chipsOf(fieldOf(entity, "lacking"));
  const reasons = chipsOf(fieldOf(entity, "invalid_reason"));
  const toggle = (v: string) => setChosen((now) => (now.includes(v) ? now.filter((x) => x !== v) : [...now, v]));
  const park = (day: string) => made({ result: "park", park_until: day });
  const send = () => chosen.length > 0 && made({ result: "return", lacking: chosen });
  const nth = (n: number) => {
    if (kind === "park") {
      const d = days[n];
      if (d) park(addDays(today(), d));
      return;
    }
    const c = (kind === "return" ? lacking : reasons)[n];
    if (!c) return;
    if (kind === "return") toggle(c.value);
    else made({ result: "invalid", invalid_reason: c.value });
  };
  useKeys({
    ...Object.fromEntries(Array.from({ length: 9 }, (_, i) => [String(i + 1), () => nth(i)])),
    ...(kind === "return" ? Object.fromEntries([["Enter", send]]) : {}),
    ...Object.fromEntries([["Escape", onClose]]),
  });
  useEffect(() => {
    box.current?.querySelector<HTMLElement>("[data-first]")?.focus();
  }, []);
  return (
    <div className="review-panel" ref={box}>
      {kind === "return" && (
        <fieldset className="chips">
          <legend>{t("review.lacking")}</legend>
          {lacking.map((c) => (
            <label key={c.value} className={chosen.includes(c.value) ? "chip on" : "chip"}>
              <input type="checkbox" checked={chosen.includes(c.value)} onChange={() => toggle(c.value)} />
              {c.label}
            </label>
          ))}
        </fieldset>
      )}
      {kind === "invalid" && (
        <fieldset className="chips">
          <legend>{t("review.why")}</legend>
          {reasons.map((c, i) => (
            <button
              key={c.value}
              type="button"
              className="chip"
              data-first={i === 0 || undefined}
              onClick={() => made({ result: "invalid", invalid_reason: c.value })}
            >
              {c.label}
            </button>
          ))}
        </fieldset>
      )}
      {kind === "park" && <Days onPick={park} />}
      <Field id={id} label={t("review.opinion")}>
        <input
          id={id}
          className="input"
          maxLength={500}
          placeholder={t("review.opinionHint")}
          value={opinion}
          onChange={(e) => setOpinion(e.target.value)}
          onKeyDown={(e) => {
            if (e.key === "Escape") onClose();
            if (e.key === "Enter" && !e.nativeEvent.isComposing && kind === "return" && chosen.length)
              made({ result: "return", lacking: chosen });
          }}
        />
      </Field>
      {kind === "return" && (
        <button
          type="button"
          className="btn primary big"
          data-first
          disabled={chosen.length === 0}
          onClick={() => made({ result: "return", lacking: chosen })}
        >
          {t("review.return")}
        </button>
      )}
    </div>
  );
}

/** A day to look again: the usual ones in one tap. */
function Days({ onPick }: { onPick: (day: string) => void }) {
  const [own, setOwn] = useState("");
  return (
    <fieldset className="chips">
      <legend>{t("review.until")}</legend>
      {days.map((n) => (
        <button key={n} type="button" className="chip" data-first={n === 7 || undefined} onClick={() => onPick(addDays(today(), n))}>
          {t(`review.in${n}`)}
          <span className="small muted num">{formatDay(addDays(today(), n))}</span>
        </button>
      ))}
      <span className="row">
        <input
          type="date"
          className="input own-day"
          aria-label={t("review.pick")}
          min={addDays(today(), 1)}
          value={own}
          onChange={(e) => setOwn(e.target.value)}
        />
        <button type="button" className="btn" disabled={own <= today()} onClick={() => onPick(own)}>
          {t("ok")}
        </button>
      </span>
    </fieldset>
  );
}

import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import type { EntityMeta, FieldMeta, Rec } from "../../api/types";
import { blank, Show, str } from "../../fields";
import { t } from "../../lib/i18n";
import { IconPhone } from "../../lib/ui/icons";
import { fieldOf, titleOf } from "../../meta/meta";

type Props = { entity: EntityMeta; items: Rec[]; more: () => void; hasMore: boolean };

/** The list on a phone: a card for each record. The browser skips the drawing of those out of sight (see .card-at). */
export function Cards({ entity, items, more, hasMore }: Props) {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const el = end.current;
    if (!el || !hasMore) return;
    const seen = new IntersectionObserver(([e]) => e?.isIntersecting && more(), { rootMargin: "800px" });
    seen.observe(el);
    return () => seen.disconnect();
  }, [more, hasMore]);
  return (
    <>
      <ul className="cards" aria-label={t("list.of", entity.label_plural)}>
        {items.map((rec) => (
          <li key={rec.id} className="card-at">
            <Card entity={entity} rec={rec} />
          </li>
        ))}
      </ul>
      <div ref={end} className="cards-end muted small">
        {hasMore && t("loading")}
      </div>
    </>
  );
}

const badgeTypes = new Set(["choice", "choices", "tags"]);

/** A record in short: its name, its coloured choices, and the other fields of the card in a line. */
export function Card({ entity, rec }: { entity: EntityMeta; rec: Rec }) {
  const fields = (entity.card ?? []).map((n) => fieldOf(entity, n)).filter((f): f is FieldMeta => !!f && !blank(rec[f.name]));
  const badges = fields.filter((f) => badgeTypes.has(f.type));
  const phone = fields.find((f) => f.type === "phone");
  const dates = fields.filter((f) => f.type === "date" || f.type === "datetime");
  const plain = fields.filter((f) => !badges.includes(f) && !dates.includes(f) && f !== phone);
  const number = phone && str(rec[phone.name]);
  const dial = number && !number.includes("*");
  return (
    <div className="card">
      <div className="card-text">
        <Link to="/$path/$id" params={{ path: entity.path, id: rec.id }} className="card-title">
          {titleOf(entity, rec)}
        </Link>
        {badges.length > 0 && (
          <div className="card-row">
            {badges.map((f) => (
              <Show key={f.name} field={f} rec={rec} />
            ))}
          </div>
        )}
        {(plain.length > 0 || dates.length > 0 || number) && (
          <div className="card-row muted small">
            {plain.map((f) => (
              <span key={f.name} className="card-fact">
                <Show field={f} rec={rec} />
              </span>
            ))}
            {number && <span className="card-fact num">{number}</span>}
            {dates.map((f) => (
              <span key={f.name} className="card-fact">
                {f.label} <Show field={f} rec={rec} />
              </span>
            ))}
          </div>
        )}
      </div>
      {dial && (
        <a className="card-call" href={`tel:${number.replace(/[^\d+]/g, "")}`} aria-label={`${t("call")} ${number}`}>
          <IconPhone size={20} aria-hidden />
        </a>
      )}
    </div>
  );
}

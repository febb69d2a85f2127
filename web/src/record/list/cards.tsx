import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import type { EntityMeta, FieldMeta, Rec } from "../../api/types";
import { blank, kindOf, Show } from "../../fields";
import { t } from "../../lib/i18n";
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
  const rest = fields.filter((f) => !badges.includes(f) && f !== phone);
  return (
    <div className="card">
      <Link to="/$path/$id" params={{ path: entity.path, id: rec.id }} className="card-title">
        {titleOf(entity, rec)}
      </Link>
      {(badges.length > 0 || phone) && (
        <div className="card-row">
          {badges.map((f) => (
            <Show key={f.name} field={f} rec={rec} />
          ))}
          {phone && (
            <span className="card-phone">
              <Show field={phone} rec={rec} />
            </span>
          )}
        </div>
      )}
      {rest.length > 0 && (
        <div className="card-row muted small">
          {rest.map((f) => (
            <span key={f.name} className="card-fact">
              {kindOf(f).text(rec[f.name], f, rec) && (f.type === "date" || f.type === "datetime") && <span>{f.label}</span>}{" "}
              <Show field={f} rec={rec} />
            </span>
          ))}
        </div>
      )}
    </div>
  );
}

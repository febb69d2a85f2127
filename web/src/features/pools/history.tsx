import { useQuery } from "@tanstack/react-query";
import { poolFollowups } from "../../api/pools";
import type { EntityMeta } from "../../api/types";
import { blank, Show } from "../../fields";
import { formatExact } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Failed, Ghosts } from "../../lib/ui/bits";
import { fieldOf, refOf } from "../../meta/meta";

const words = ["content", "feedback", "next_action"];

/** How a record that lies in a pool was followed up, the latest first; what was said, as far as the pool shows it. */
export function History({ pool, id, entity }: { pool: string; id: string; entity: EntityMeta }) {
  const { data, error, refetch } = useQuery({ queryKey: ["pool", pool, "followups", id], queryFn: () => poolFollowups(pool, id) });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Ghosts n={2} />;
  const fields = (names: string[]) => names.flatMap((n) => fieldOf(entity, n) ?? []);
  const silent = data.items.length > 0 && data.items.every((rec) => words.every((n) => rec[n] === undefined));
  return (
    <>
      <ol className="pool-history">
        {data.items.map((rec) => (
          <li key={rec.id}>
            <div className="pool-facts">
              <time>{formatExact(rec.happened_at as string)}</time>
              {fields(["way", "result"]).map((f) => !blank(rec[f.name]) && <Show key={f.name} field={f} rec={rec} />)}
              {refOf(rec, "owner_id")?.name}
            </div>
            {fields(words).map(
              (f) =>
                !blank(rec[f.name]) && (
                  <p key={f.name}>
                    {f.name !== "content" && <span className="muted">{f.label} </span>}
                    {String(rec[f.name])}
                  </p>
                ),
            )}
          </li>
        ))}
      </ol>
      {(silent || !data.items.length) && <p className="muted small">{t("pools.unsaid")}</p>}
    </>
  );
}

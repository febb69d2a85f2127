import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { listRecords } from "../../api/records";
import type { EntityMeta, FieldMeta, Rec } from "../../api/types";
import { blank, Show } from "../../fields";
import { t } from "../../lib/i18n";
import { Failed, Ghosts } from "../../lib/ui/bits";
import { IconPlus } from "../../lib/ui/icons";
import { fieldOf, may, titleOf } from "../../meta/meta";

type Props = { entity: EntityMeta; via: string; parent: Rec; onNew: () => void };

/** The records of another kind that hang on this one. */
export function Children({ entity, via, parent, onNew }: Props) {
  const columns = entity.columns.filter((c) => c !== via && c !== entity.title).slice(0, 4);
  const fields = columns.map((c) => fieldOf(entity, c)).filter((f): f is FieldMeta => !!f);
  const { data, error, refetch } = useQuery({
    queryKey: ["children", entity.path, via, parent.id],
    queryFn: () =>
      listRecords(entity.path, { filter: { field: via, op: "in", value: [parent.id] }, fields: [entity.title, ...columns], limit: 100 }),
  });
  return (
    <div>
      {may(entity, "create") && !parent._archived && (
        <button type="button" className="btn small" onClick={onNew}>
          <IconPlus size={15} aria-hidden />
          {t("new.of", entity.label)}
        </button>
      )}
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Ghosts n={3} />
      ) : data.items.length === 0 ? (
        <p className="muted small none">{t("empty.first", entity.label_plural)}</p>
      ) : (
        <ul className="children">
          {data.items.map((r) => (
            <li key={r.id}>
              <Link to="/$path/$id" params={{ path: entity.path, id: r.id }}>
                {titleOf(entity, r)}
              </Link>
              {fields
                .filter((f) => !blank(r[f.name]))
                .map((f) => (
                  <span key={f.name} className="small">
                    <span className="muted">{f.label}</span> <Show field={f} rec={r} />
                  </span>
                ))}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

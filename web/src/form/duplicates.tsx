import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { findDuplicates } from "../api/records";
import type { EntityMeta } from "../api/types";
import { t } from "../lib/i18n";
import { Badge } from "../lib/ui/bits";
import { IconAlertTriangle } from "../lib/ui/icons";
import { useDebounced } from "../lib/use-debounced";
import { entityByName, useMeta } from "../meta/meta";
import { openClash } from "../record/open";
import type { Values } from "./draft";

// What records are found alike by; other fields need not be asked about.
const none = "[{},{}]";
const telling = new Set(["name", "company", "code", "credit_code", "phone", "mobile", "landline", "email"]);

type Props = { entity: EntityMeta; values: Values; also?: Record<string, string>; id?: string; onLeave: () => void };

/** Shows, while one types, what is already there; of what one may not see, only that it exists and whose it is. */
export function Duplicates({ entity, values, also, id, onLeave }: Props) {
  const asked = Object.fromEntries(
    Object.entries(values).filter(([k, v]) => telling.has(k) && typeof v === "string" && v.trim().length > 1),
  );
  const key = useDebounced(JSON.stringify([asked, also ?? {}]), 400);
  const meta = useMeta();
  const { data } = useQuery({
    queryKey: ["duplicates", entity.path, key, id],
    queryFn: () => findDuplicates(entity.path, ...(JSON.parse(key) as [object, Record<string, string>]), id),
    enabled: key !== none,
    retry: false,
  });
  if (!data?.length || key === none) return null;
  return (
    <div className="note duplicates" role="status">
      <p className="row">
        <IconAlertTriangle size={17} aria-hidden />
        <b>{t("duplicates", data.length)}</b>
      </p>
      <ul>
        {data.map((d, i) => (
          <li key={d.id || `hidden-${i}`}>
            {d.entity !== entity.name && <Badge>{entityByName(meta, d.entity)?.label ?? d.entity}</Badge>}
            {d.id && d.visible ? (
              <Link to="/$path/$id" params={{ path: entityByName(meta, d.entity)?.path ?? entity.path, id: d.id }} onClick={onLeave}>
                {d.title}
              </Link>
            ) : (
              <span>{d.title}</span>
            )}
            {!d.visible && (entity.name === "customer" || entity.name === "lead") && (
              <button
                type="button"
                className="link small"
                onClick={() => openClash({ q: String(asked.credit_code ?? asked.phone ?? asked.name ?? asked.company ?? "") })}
              >
                {t("clash")}
              </button>
            )}
            <span className="small">
              {t("duplicates.same", (d.labels ?? d.why).join(t("list.comma")))}
              {d.owner && ` · ${t("duplicates.owner", d.owner.name)}`}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

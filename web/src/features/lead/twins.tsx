import { Link } from "@tanstack/react-router";
import type { Duplicate } from "../../api/types";
import { t } from "../../lib/i18n";
import { Badge } from "../../lib/ui/bits";
import { entityByName, useMeta } from "../../meta/meta";

/** Leads and customers that are likely the same: what is alike, and whose they are. */
export function Twins({ list }: { list: Duplicate[] }) {
  const meta = useMeta();
  return (
    <ul className="twins">
      {list.map((d, i) => {
        const of = entityByName(meta, d.entity);
        return (
          <li key={d.id || `hidden-${i}`}>
            <Badge color={d.entity === "customer" ? "blue" : "gray"}>{of?.label ?? d.entity}</Badge>
            {d.id && d.visible && of ? (
              <Link to="/$path/$id" params={{ path: of.path, id: d.id }} target="_blank">
                {d.title}
              </Link>
            ) : (
              <span>{d.title || t("lead.hidden")}</span>
            )}
            <span className="small muted">
              {t("duplicates.same", d.labels.join(t("list.comma")))}
              {d.owner && ` · ${t("duplicates.owner", d.owner.name)}`}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

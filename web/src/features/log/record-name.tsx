import { Link } from "@tanstack/react-router";
import type { CompanyLogEntry } from "../../api/types";
import { t } from "../../lib/i18n";
import { useEntity } from "../../meta/meta";
import { placeOf } from "./words";

/** The record that an entry is about, as a link where it has a page. */
export function RecordName({ entry }: { entry: CompanyLogEntry }) {
  const place = placeOf(entry, useEntity(entry.entity));
  const { id, name } = entry.record;
  if (!id) return <>{entry.entity_label}</>;
  if (!name) return <span className="muted">{t("logs.deleted")}</span>;
  return place ? <Link {...place}>{name}</Link> : <>{name}</>;
}

/** Who did it; parts of the program have no id, and a name that says something to its makers alone. */
export const Who = ({ entry: { user } }: { entry: CompanyLogEntry }) =>
  user.id ? <span>{user.name}</span> : <span title={user.name}>{t("log.system")}</span>;

/** Narrows the log to the operation that an entry belongs to. */
export function Batch({ entry, onBatch }: { entry: CompanyLogEntry; onBatch: (batch: string) => void }) {
  if (!entry.batch) return null;
  return (
    <button type="button" className="link" onClick={() => onBatch(entry.batch)}>
      {t("logs.sameBatch")}
    </button>
  );
}

import { formatExact } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Badge } from "../../lib/ui/bits";
import { Changes } from "./changes";
import { Batch, RecordName, Who } from "./record-name";
import type { LogListProps } from "./table";
import { actionColor, actionSaid, originSaid } from "./words";

/** The log on a phone: an entry a card. */
export function Cards({ entries, onBatch }: LogListProps) {
  return (
    <ol className="logs-cards" aria-label={t("settings.log")}>
      {entries.map((e) => (
        <li key={e.id} className="box logs-card">
          <p className="row">
            <Badge color={actionColor(e.action)}>{actionSaid(e.action)}</Badge>
            <span className="grow one-line">
              <RecordName entry={e} />
            </span>
            {e.record.id && <span className="muted small">{e.entity_label}</span>}
          </p>
          <Changes entry={e} />
          <p className="muted small row logs-foot">
            <Who entry={e} />
            <time className="num" dateTime={e.at}>
              {formatExact(e.at)}
            </time>
            <span>{originSaid(e.origin)}</span>
            <Batch entry={e} onBatch={onBatch} />
          </p>
        </li>
      ))}
    </ol>
  );
}

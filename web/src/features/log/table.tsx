import type { CompanyLogEntry } from "../../api/types";
import { formatExact } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Badge } from "../../lib/ui/bits";
import { Changes } from "./changes";
import { Batch, RecordName, Who } from "./record-name";
import { actionColor, actionSaid, originSaid } from "./words";

export type LogListProps = { entries: CompanyLogEntry[]; onBatch: (batch: string) => void };

/** The log on a desk: an entry a row. */
export function Table({ entries, onBatch }: LogListProps) {
  return (
    <div className="box logs-table">
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("logs.when")}</th>
            <th scope="col">{t("logs.who")}</th>
            <th scope="col">{t("logs.what")}</th>
            <th scope="col">{t("logs.whose")}</th>
            <th scope="col">{t("logs.diff")}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((e) => (
            <tr key={e.id}>
              <td className="num">
                <time dateTime={e.at}>{formatExact(e.at)}</time>
              </td>
              <td>
                <Who entry={e} />
                <p className="muted small">{originSaid(e.origin)}</p>
              </td>
              <td>
                <Badge color={actionColor(e.action)}>{actionSaid(e.action)}</Badge>
              </td>
              <td>
                <RecordName entry={e} />
                <p className="muted small row">
                  {e.record.id && e.entity_label}
                  <Batch entry={e} onBatch={onBatch} />
                </p>
              </td>
              <td>
                <Changes entry={e} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

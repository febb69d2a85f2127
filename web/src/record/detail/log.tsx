import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { recordLog } from "../../api/records";
import type { EntityMeta, LogEntry } from "../../api/types";
import { str } from "../../fields";
import { formatExact } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Empty, Failed, Ghosts } from "../../lib/ui/bits";
import { actionSaid } from "./log-words";

const origins = ["screen", "api", "import", "rule", "cli", "undo", "job", "demo", "dav", "form"] as const;
const originSaid = (o: string) => ((origins as readonly string[]).includes(o) ? t(`origin.${o as "screen"}`) : o);

/** 修改日志: who changed what, when and from where; narrowed by field and by person. */
export function Log({ entity, id }: { entity: EntityMeta; id: string }) {
  const [field, setField] = useState("");
  const [user, setUser] = useState("");
  const q = useInfiniteQuery({
    queryKey: ["log", entity.path, id],
    queryFn: ({ pageParam }) => recordLog(entity.path, id, pageParam || undefined),
    initialPageParam: "",
    getNextPageParam: (last) => last.next || undefined,
  });
  if (q.error) return <Failed error={q.error} retry={() => void q.refetch()} />;
  if (!q.data) return <Ghosts n={4} h={48} />;
  const all = q.data.pages.flatMap((p) => p.items ?? []);
  const users = [...new Map(all.flatMap((e) => (e.user ? [[e.user.id, e.user.name] as const] : []))).entries()];
  const fields = [...new Map(all.flatMap((e) => (e.changes ?? []).map((c) => [c.field, c.label] as const))).entries()];
  const shown = all.filter((e) => (!user || e.user?.id === user) && (!field || e.changes?.some((c) => c.field === field)));
  return (
    <div className="log">
      {(users.length > 1 || fields.length > 1) && (
        <div className="row log-filter">
          <select className="input" aria-label={t("log.field")} value={field} onChange={(e) => setField(e.target.value)}>
            <option value="">{t("log.allFields")}</option>
            {fields.map(([name, label]) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </select>
          <select className="input" aria-label={t("log.user")} value={user} onChange={(e) => setUser(e.target.value)}>
            <option value="">{t("log.allUsers")}</option>
            {users.map(([uid, name]) => (
              <option key={uid} value={uid}>
                {name}
              </option>
            ))}
          </select>
        </div>
      )}
      {shown.length === 0 && <Empty title={t("log.none")} />}
      <ol>
        {shown.map((e) => (
          <Entry key={e.id} entry={e} only={field} />
        ))}
      </ol>
      {q.hasNextPage && (
        <button type="button" className="btn small" disabled={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>
          {t("more.load")}
        </button>
      )}
    </div>
  );
}

function Entry({ entry, only }: { entry: LogEntry; only: string }) {
  const changes = (entry.changes ?? []).filter((c) => (only ? c.field === only : entry.action !== "create"));
  return (
    <li className="log-entry">
      <p className="small">
        <b>{entry.user?.name ?? t("log.system")}</b> {actionSaid(entry.action)}{" "}
        <span className="muted">
          <time dateTime={entry.at}>{formatExact(entry.at)}</time> · {originSaid(entry.origin)}
        </span>
      </p>
      {changes.length > 0 && (
        <dl>
          {changes.map((c) => (
            <div key={c.field}>
              <dt>{c.label}</dt>
              <dd>
                <del>{c.old_text || str(c.old) || "—"}</del> → <ins>{c.new_text || str(c.new) || "—"}</ins>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  );
}

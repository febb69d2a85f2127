import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { endOtherSessions, type UserSession } from "../../api/security";
import { endSession, sessions } from "../../api/session";
import { agentName } from "../../lib/agent";
import { formatAgo, formatExact } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Badge, Failed, Ghosts } from "../../lib/ui/bits";
import { IconDeviceDesktop, IconDeviceMobile } from "../../lib/ui/icons";
import { act } from "./act";
import { Box } from "./box";

/** Where one is signed in, each with a way to end it. */
export function Sessions() {
  const { data, error, refetch } = useQuery({ queryKey: ["sessions"], queryFn: sessions });
  const others = (data?.length ?? 0) > 1 && (
    <button type="button" className="btn" onClick={() => void act(endOtherSessions, ["sessions"], t("sessions.othersEnded"))}>
      {t("sessions.endOthers")}
    </button>
  );
  return (
    <Box title={t("sessions")} id="sessions" act={others}>
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !data ? (
        <div className="security-body">
          <Ghosts n={2} />
        </div>
      ) : (
        <SessionList list={data} onEnd={(s) => void act(() => endSession(s.id), ["sessions"], t("sessions.ended"))} />
      )}
    </Box>
  );
}

/** Sessions, by what they are used with and when they were used last. */
export function SessionList({ list, onEnd }: { list: UserSession[]; onEnd?: (s: UserSession) => void }) {
  const [all, setAll] = useState(false);
  const first = 5;
  return (
    <ul className="security-list">
      {(all ? list : list.slice(0, first)).map((s) => {
        const name = agentName(s.agent);
        const Icon = /iPhone|iPad|Android/.test(s.agent) ? IconDeviceMobile : IconDeviceDesktop;
        return (
          <li key={s.id}>
            <Icon size={20} aria-hidden />
            <div className="grow">
              <p>
                {name} {s.current && <Badge color="green">{t("sessions.this")}</Badge>}
              </p>
              <p className="muted small">
                <span className="num">{s.address}</span> · <span title={formatExact(s.last_seen_at)}>{formatAgo(s.last_seen_at)}</span>
              </p>
            </div>
            {!s.current && onEnd && (
              <button type="button" className="btn small" aria-label={`${t("sessions.end")} ${name}`} onClick={() => onEnd(s)}>
                {t("sessions.end")}
              </button>
            )}
          </li>
        );
      })}
      {!all && list.length > first && (
        <li>
          <button type="button" className="link" onClick={() => setAll(true)}>
            {t("sessions.all", list.length)}
          </button>
        </li>
      )}
    </ul>
  );
}

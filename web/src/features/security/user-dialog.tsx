import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import {
  endUserAppPassword,
  endUserSession,
  endUserSessions,
  makeLink,
  type PasswordLink,
  resetFactors,
  unlinkIdentity,
  userAppPasswords,
  userSecurity,
} from "../../api/security";
import { permits } from "../../api/session";
import { formatExact, formatInstant } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Badge, Failed, Ghosts } from "../../lib/ui/bits";
import { CopyButton } from "../../lib/ui/copy-button";
import { ask, Dialog } from "../../lib/ui/dialog";
import { toastError } from "../../lib/ui/toast";
import type { SecurityRequest } from "../../record/open";
import { act } from "./act";
import { Box } from "./box";
import "./security.css";
import { AppPasswordList } from "./app-passwords";
import { SessionList } from "./sessions";

/** How somebody else signs in and where they are: a link for their password, lost factors, sessions to be ended. */
export default function UserDialog({ user, onClose }: SecurityRequest & { onClose: () => void }) {
  const { data, error, refetch } = useQuery({ queryKey: ["security", user.id], queryFn: () => userSecurity(user.id), staleTime: 0 });
  const [link, setLink] = useState<PasswordLink>();
  const may = permits("security", "edit") && permits("user", "edit");
  const again = ["security"];
  const invite = async (handOver: boolean) => {
    try {
      setLink(await makeLink(user.id, handOver));
    } catch (e) {
      toastError(e);
    }
  };
  const reset = async () => {
    if (await ask({ title: t("user.resetAsk", user.name), text: t("user.resetText"), yes: t("user.reset"), danger: true }))
      void act(() => resetFactors(user.id), again, t("user.resetDone"));
  };
  if (error || !data)
    return (
      <Dialog title={t("user.security", user.name)} kind="drawer" onClose={onClose}>
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Ghosts n={5} />}
      </Dialog>
    );
  const factors = !!data.totp || data.passkeys.length > 0;
  return (
    <Dialog title={t("user.security", user.name)} kind="drawer" onClose={onClose}>
      <div className="security">
        <Box
          title={t("password")}
          id="user-password"
          text={data.password ? t("user.hasPassword") : t("user.noPassword")}
          act={
            may && (
              <button type="button" className="btn" onClick={() => void invite(false)}>
                {t("user.link")}
              </button>
            )
          }
        >
          {link && (
            <div className="security-body stack" role="status">
              <p>{link.sent ? t("user.linkSent", formatInstant(link.expires_at)) : t("user.linkMade", formatInstant(link.expires_at))}</p>
              {link.link ? (
                <p className="row totp-secret">
                  <code>{address(link.link)}</code>
                  <CopyButton text={address(link.link)} name={t("user.linkCopy")} done={t("user.linkCopied")} />
                </p>
              ) : (
                <p>
                  <button type="button" className="link" onClick={() => void invite(true)}>
                    {t("user.linkHandOver")}
                  </button>
                </p>
              )}
            </div>
          )}
        </Box>
        <Box
          title={t("factor.title")}
          id="user-factors"
          text={factors ? undefined : data.required ? t("user.mustEnrol") : t("factor.off")}
          act={
            factors &&
            may && (
              <button type="button" className="btn" onClick={() => void reset()}>
                {t("user.reset")}
              </button>
            )
          }
        >
          {factors && (
            <ul className="security-list">
              {data.totp && (
                <li>
                  <span className="grow">{t("totp")}</span>
                  <span className="muted small">{t("totp.since", formatExact(data.totp))}</span>
                </li>
              )}
              {data.passkeys.map((k) => (
                <li key={k.id}>
                  <span className="grow">{k.name}</span>
                  <Badge>{t("passkey")}</Badge>
                </li>
              ))}
            </ul>
          )}
        </Box>
        {data.identities.length > 0 && (
          <Box title={t("sso")} id="user-sso">
            <ul className="security-list">
              {data.identities.map((i) => (
                <li key={i.id}>
                  <div className="grow">
                    <p>{i.email || i.subject}</p>
                    <p className="muted small">{i.issuer}</p>
                  </div>
                  {may && (
                    <button
                      type="button"
                      className="btn small"
                      onClick={() => void act(() => unlinkIdentity(user.id, i.id), again, t("user.unlinked"))}
                    >
                      {t("user.unlink")}
                    </button>
                  )}
                </li>
              ))}
            </ul>
          </Box>
        )}
        <Box
          title={t("sessions")}
          id="user-sessions"
          text={data.sessions.length ? undefined : t("user.nowhere")}
          act={
            may &&
            data.sessions.length > 0 && (
              <button type="button" className="btn" onClick={() => void act(() => endUserSessions(user.id), again, t("user.allEnded"))}>
                {t("user.endAll")}
              </button>
            )
          }
        >
          {data.sessions.length > 0 && (
            <SessionList
              list={data.sessions}
              onEnd={may ? (s) => void act(() => endUserSession(user.id, s.id), again, t("sessions.ended")) : undefined}
            />
          )}
        </Box>
        <UserAppPasswords user={user.id} may={may} />
      </div>
    </Dialog>
  );
}

/** The phones that fetch a user's calendar and contacts; nothing when there are none. */
function UserAppPasswords({ user, may }: { user: string; may: boolean }) {
  const key = ["app-passwords", user];
  const { data = [] } = useQuery({ queryKey: key, queryFn: () => userAppPasswords(user) });
  if (!data.length) return null;
  return (
    <Box title={t("appPasswords")} id="user-app-passwords">
      <AppPasswordList
        list={data}
        onEnd={may ? (p) => void act(() => endUserAppPassword(user, p.id), ["app-passwords"], t("appPasswords.ended")) : undefined}
      />
    </Box>
  );
}

/** A link as it is handed over; the server gives only its path when it does not know its own address. */
const address = (link: string) => (link.startsWith("/") ? location.origin + link : link);

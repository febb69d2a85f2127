import { useInfiniteQuery } from "@tanstack/react-query";
import type { SignInEntry } from "../api/security";
import { agentName } from "../lib/agent";
import { formatExact } from "../lib/format";
import { t } from "../lib/i18n";
import { usePhone } from "../lib/screen";
import { Badge, Empty, Failed, Ghosts } from "../lib/ui/bits";
import { IconHistory } from "../lib/ui/icons";
import "./sign-ins.css";

// In words of the administrators' screens (lib/i18n, withAdmin).

const colors = {
  signed_in: "green",
  failed: "red",
  asked: "gray",
  locked: "red",
  signed_out: "gray",
  ended: "orange",
  confirmed: "teal",
  changed: "blue",
} as const;
export const results = Object.keys(colors) as SignInEntry["result"][];
export const resultSaid = (r: SignInEntry["result"]) => t(`signIn.${r}`);

const methods = ["password", "totp", "passkey", "recovery", "oidc", "token", "link", "settings", "app_password"] as const;
const methodSaid = (m: string) =>
  m
    .split("+")
    .map((one) => ((methods as readonly string[]).includes(one) ? t(`method.${one as "totp"}`) : one))
    .join(" + ");

const reasons = [
  "password",
  "unknown",
  "no_password",
  "inactive",
  "code",
  "passkey",
  "disabled",
  "session",
  "all_sessions",
  "added",
  "removed",
  "renewed",
  "set",
  "linked",
  "unlinked",
  "made",
  "ended",
  "asked",
  "factors_reset",
  "invitation",
  "reset",
  "mail",
  "oidc",
] as const;
/** A reason in words: keys with what they are about after a space, "made abc_", and those of messages, "oidc.unknown". */
function reasonSaid(reason: string): string {
  const key = reason.replace(/\..*/, "").split(" ");
  return key.map((k) => ((reasons as readonly string[]).includes(k) ? t(`reason.${k as "code"}`) : k)).join(" ");
}

type Props = { queryKey: unknown[]; fetch: (cursor?: string) => Promise<{ items: SignInEntry[]; next: string }>; own?: boolean };

/** The log of signing in: who came or tried to, by which way, from where; own leaves out who. */
export function SignIns({ queryKey, fetch, own }: Props) {
  const phone = usePhone();
  const q = useInfiniteQuery({
    queryKey: ["sign-ins", ...queryKey],
    queryFn: ({ pageParam }) => fetch(pageParam || undefined),
    initialPageParam: "",
    getNextPageParam: (last) => last.next || undefined,
    placeholderData: (before) => before,
  });
  if (q.error && !q.data) return <Failed error={q.error} retry={() => void q.refetch()} />;
  if (!q.data) return <Ghosts n={6} h={44} />;
  const entries = q.data.pages.flatMap((p) => p.items);
  if (!entries.length) return <Empty icon={<IconHistory size={28} />} title={t("logs.empty")} />;
  return (
    <>
      {phone ? <Cards entries={entries} own={own} /> : <Table entries={entries} own={own} />}
      {q.hasNextPage && (
        <p className="row">
          <button type="button" className="btn" disabled={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>
            {t("more.load")}
          </button>
        </p>
      )}
    </>
  );
}

type ListProps = { entries: SignInEntry[]; own?: boolean };

const Result = ({ entry }: { entry: SignInEntry }) => <Badge color={colors[entry.result]}>{resultSaid(entry.result)}</Badge>;
const Who = ({ entry: { user, login, by } }: { entry: SignInEntry }) => (
  <>
    {user?.name ?? login}
    {by && <span className="muted small"> {t("signIn.by", by.name)}</span>}
  </>
);
const How = ({ entry }: { entry: SignInEntry }) => (
  <>
    {methodSaid(entry.method)}
    {entry.reason && <span className="muted"> {reasonSaid(entry.reason)}</span>}
  </>
);

function Table({ entries, own }: ListProps) {
  return (
    <div className="sign-ins">
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("logs.when")}</th>
            {!own && <th scope="col">{t("logs.who")}</th>}
            <th scope="col">{t("signIn.result")}</th>
            <th scope="col">{t("signIn.how")}</th>
            <th scope="col">{t("signIn.where")}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((e) => (
            <tr key={e.id}>
              <td className="num">
                <time dateTime={e.at}>{formatExact(e.at)}</time>
              </td>
              {!own && (
                <td>
                  <Who entry={e} />
                </td>
              )}
              <td>
                <Result entry={e} />
              </td>
              <td>
                <How entry={e} />
              </td>
              <td title={e.agent}>
                <span className="num">{e.address}</span> <span className="muted small">{agentName(e.agent)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const Cards = ({ entries, own }: ListProps) => (
  <ol className="sign-in-cards">
    {entries.map((e) => (
      <li key={e.id} className={own ? undefined : "box"}>
        <p className="row">
          <Result entry={e} />
          <b className="grow one-line">{own ? <How entry={e} /> : <Who entry={e} />}</b>
        </p>
        {!own && (
          <p>
            <How entry={e} />
          </p>
        )}
        <p className="muted small">
          <time className="num" dateTime={e.at}>
            {formatExact(e.at)}
          </time>{" "}
          · <span className="num">{e.address}</span> · {agentName(e.agent)}
        </p>
      </li>
    ))}
  </ol>
);

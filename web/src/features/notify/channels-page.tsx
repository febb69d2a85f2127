import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { failedDeliveries, listRobots, type Robot, removeRobot, retryDeliveries, saveRobot, testRobot } from "../../api/notes";
import { queryClient } from "../../api/query";
import { permits } from "../../api/session";
import { formatInstant } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Badge, Empty, Failed, Ghosts, Spinner } from "../../lib/ui/bits";
import { ask } from "../../lib/ui/dialog";
import { IconMessageCircle, IconPlus } from "../../lib/ui/icons";
import { toast, toastError } from "../../lib/ui/toast";
import { useDirectory } from "../../meta/directory";
import { RobotDialog } from "./robot-dialog";
import "./notify.css";

const robotsQuery = { queryKey: ["robots"], queryFn: listRobots };

/** 提醒渠道: the robots of chat groups, and what could not be delivered. */
export default function ChannelsPage() {
  const fixed = !permits("setting", "edit");
  return (
    <div className="told">
      <Robots fixed={fixed} />
      <Failures fixed={fixed} />
    </div>
  );
}

async function act(what: () => Promise<unknown>, key: string, said: string) {
  try {
    await what();
    await queryClient.invalidateQueries({ queryKey: [key] });
    toast(said);
  } catch (e) {
    toastError(e);
  }
}

function Robots({ fixed }: { fixed: boolean }) {
  const { data, error, refetch } = useQuery(robotsQuery);
  const [edited, setEdited] = useState<Robot | "new">();
  const [testing, setTesting] = useState("");
  const departments = useDirectory()?.departments;
  const test = async (r: Robot) => {
    setTesting(r.id ?? "");
    await act(() => testRobot(r.id ?? ""), "robots", t("robots.tested", r.name));
    setTesting("");
  };
  const remove = async (r: Robot) => {
    if (await ask({ title: t("robots.removeAsk", r.name), yes: t("robots.remove"), danger: true }))
      await act(() => removeRobot(r.id ?? ""), "robots", t("robots.removed"));
  };
  return (
    <section className="box" aria-labelledby="robots">
      <div className="box-head">
        <h2 id="robots">{t("robots")}</h2>
        {!fixed && (
          <button type="button" className="btn" onClick={() => setEdited("new")}>
            <IconPlus size={16} aria-hidden />
            {t("robots.new")}
          </button>
        )}
      </div>
      <p className="told-hours muted small">{t("robots.text")}</p>
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Ghosts n={2} />
      ) : (
        <ul className="told-list">
          {data.items.map((r) => (
            <li key={r.id}>
              <IconMessageCircle size={20} aria-hidden />
              <span className="grow">
                {r.name} {!r.active && <Badge>{t("robots.off")}</Badge>}
                <span className="muted small told-muted">
                  {[
                    t(`robots.${r.service}`),
                    departments?.find((d) => d.id === r.department_id)?.name ?? t("robots.company"),
                    r.kinds.map((k) => data.kinds.find((x) => x.kind === k)?.label ?? k).join("、") || t("robots.noKinds"),
                  ].join(" · ")}
                </span>
              </span>
              {!fixed && (
                <span className="row wrap">
                  <button type="button" className="btn small" disabled={testing !== ""} onClick={() => void test(r)}>
                    {testing === r.id && <Spinner />}
                    {t("robots.test")}
                  </button>
                  <button type="button" className="btn small" onClick={() => setEdited(r)}>
                    {t("edit")}
                  </button>
                  <button type="button" className="btn small quiet" onClick={() => void remove(r)}>
                    {t("robots.remove")}
                  </button>
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      {edited && data && (
        <RobotDialog
          now={edited === "new" ? undefined : edited}
          kinds={data.kinds}
          onClose={() => setEdited(undefined)}
          onSave={async (r) => {
            await saveRobot(edited === "new" ? "" : (edited.id ?? ""), r);
            await queryClient.invalidateQueries({ queryKey: robotsQuery.queryKey });
            toast(t("saved.done"));
          }}
        />
      )}
    </section>
  );
}

function Failures({ fixed }: { fixed: boolean }) {
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["failed-deliveries"],
    queryFn: ({ pageParam }) => failedDeliveries(pageParam),
    initialPageParam: "",
    getNextPageParam: (last) => last.next || undefined,
  });
  const items = data?.pages.flatMap((p) => p.items);
  const retry = (id?: string) => act(() => retryDeliveries(id), "failed-deliveries", t("failed.retried"));
  return (
    <section className="box" aria-labelledby="failed">
      <div className="box-head">
        <h2 id="failed">{t("failed")}</h2>
        {!fixed && items && items.length > 1 && (
          <button type="button" className="btn" onClick={() => void retry()}>
            {t("failed.retryAll")}
          </button>
        )}
      </div>
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !items ? (
        <Ghosts n={2} />
      ) : items.length === 0 ? (
        <Empty title={t("failed.none")} />
      ) : (
        <ul className="told-list">
          {items.map((f) => (
            <li key={f.id}>
              <span className="grow">
                {t(`failed.${f.channel}`)} · {f.to} · {f.kinds.join("、")}
                <span className="muted small told-muted">
                  {formatInstant(f.at)} · {t("failed.attempts", f.attempts)} · {f.problem}
                </span>
              </span>
              {!fixed && (
                <button type="button" className="btn small" aria-label={`${t("retry")} ${f.to}`} onClick={() => void retry(f.id)}>
                  {t("retry")}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {hasNextPage && (
        <button type="button" className="btn quiet notes-more" onClick={() => void fetchNextPage()}>
          {t("notes.more")}
        </button>
      )}
    </section>
  );
}

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { getJob } from "../../api/handover";
import { queryClient } from "../../api/query";
import type { Handover } from "../../api/types";
import { formatNumber } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Failed } from "../../lib/ui/bits";
import { IconCircleCheck } from "../../lib/ui/icons";

const over = (state?: string) => state === "done" || state === "failed" || state === "cancelled";

/** A hand-over under way: it goes on when this is closed. */
export function Running({ handover }: { handover: Handover }) {
  const { data: job, error } = useQuery({
    queryKey: ["job", handover.job],
    queryFn: () => getJob(handover.job),
    refetchInterval: (q) => (over(q.state.data?.state) ? false : 700),
  });
  const done = job?.state === "done";
  useEffect(() => {
    // Whose the records are shows in every list.
    if (done) void queryClient.invalidateQueries();
  }, [done]);
  if (error || (job && over(job.state) && !done)) return <Failed error={error ?? new Error(job?.error)} />;
  if (!done) {
    const { done: moved = 0, total = 0 } = job?.progress ?? {};
    return (
      <div className="stack" role="status">
        <p>{t("handover.running", handover.from.name, handover.to.name)}</p>
        <progress max={total || 1} value={total ? moved : undefined} aria-label={t("import.progress")} />
        <p className="muted small num">{total > 0 && `${formatNumber(moved)} / ${formatNumber(total)}`}</p>
        <p className="muted small">{t("handover.background")}</p>
      </div>
    );
  }
  const filter = { field: "owner_id", op: "in", value: [handover.to.id] };
  return (
    <div className="stack" role="status">
      <p className="row handover-done">
        <IconCircleCheck size={22} aria-hidden />
        <b>{t("handover.done", handover.from.name, handover.to.name)}</b>
      </p>
      <p className="row wrap">
        <Link to="/customers" search={{ view: "all", f: filter }}>
          {t("handover.see", handover.to.name)}
        </Link>
        <Link to="/settings/handovers">{t("handover.all")}</Link>
      </p>
    </div>
  );
}

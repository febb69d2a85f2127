import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { type Decision, leadQueue, reviewLeads, type ToReview } from "../../api/leads";
import { queryClient } from "../../api/query";
import { undo } from "../../api/records";
import { t } from "../../lib/i18n";
import { type Act, toast, toastError } from "../../lib/ui/toast";
import { refresh } from "../../record/edit";
import { following, type Gone, total, waiting, withGone, withoutGone } from "./queue";

/** So many are at hand at least, so that the next never has to be waited for. */
const ahead = 8;

type Made = { items: ToReview[]; token: Promise<string> };

/** Everything that shows a lead, or counts those that wait, is asked for again. */
export function refreshLeads(ids: string[]) {
  refresh("leads");
  for (const id of ids) refresh("leads", id);
  for (const key of ["todo", "review-count", "lead-advice", "plans", "calendar"]) void queryClient.invalidateQueries({ queryKey: [key] });
}

/** The leads that wait for one's review: what is decided here is gone at once, and comes back when it is taken back or refused. */
export function useQueue(wanted: string | undefined, source: string) {
  const q = useInfiniteQuery({
    queryKey: ["review"],
    queryFn: ({ pageParam }) => leadQueue(pageParam || undefined),
    initialPageParam: "",
    getNextPageParam: (last) => last.next || undefined,
    refetchInterval: 60_000,
    staleTime: 10_000,
  });
  const [gone, setGone] = useState<Gone>(new Map());
  const [chosen, setCurrent] = useState(wanted ?? "");
  const past = useRef<Made[]>([]);
  const pages = q.data?.pages;
  const items = useMemo(() => waiting(pages ?? [], gone, source), [pages, gone, source]);
  const at = Math.max(
    0,
    items.findIndex((x) => x.lead.id === chosen),
  );
  const current = items[at];
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = q;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && items.length < at + ahead) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, items.length, at]);

  const back = useCallback(async (made: Made) => {
    past.current = past.current.filter((m) => m !== made);
    try {
      const token = await made.token;
      if (!token) return;
      await undo(token);
      const ids = made.items.map((x) => x.lead.id);
      setGone((g) => withoutGone(g, ids));
      setCurrent(ids[0] ?? "");
      refreshLeads(ids);
      void queryClient.invalidateQueries({ queryKey: ["review"] });
      toast(t("undone"));
    } catch (e) {
      toastError(e);
    }
  }, []);

  /** Decides about leads: shown at once, and said with the way back, and the way on where there is one. */
  const decide = async (these: ToReview[], d: Decision, said: (changed: number) => string, action?: Act) => {
    const ids = these.map((x) => x.lead.id);
    setGone((g) => withGone(g, these));
    setCurrent(following(items, current?.lead.id ?? "", ids));
    const answer = reviewLeads({ ids }, d);
    const made: Made = { items: these, token: answer.then((r) => (r.changed > 0 ? r.undo : "")) };
    made.token.catch(() => {}); // said below
    past.current.push(made);
    try {
      const r = await answer;
      refreshLeads(ids);
      const first = r.failed[0];
      if (r.changed > 0) toast(said(r.changed), { action, undo: () => void back(made) });
      if (!first) return;
      toast(ids.length > 1 ? t("review.bulkFailed", r.failed.length, first.message) : `${first.title}${t("colon")}${first.message}`, {
        bad: true,
      });
      // Whether it still waits, the server knows: usually somebody else was first.
      await q.refetch();
      setGone((g) =>
        withoutGone(
          g,
          r.failed.map((f) => f.id),
        ),
      );
    } catch (e) {
      past.current = past.current.filter((m) => m !== made);
      setGone((g) => withoutGone(g, ids));
      setCurrent(ids[0] ?? "");
      toastError(e);
    }
  };
  const undoLast = () => {
    const made = past.current.at(-1);
    if (made) void back(made);
    else toast(t("review.nothingBack"));
  };
  const move = (step: number) => {
    const to = items[at + step];
    if (to) setCurrent(to.lead.id);
  };
  return { ...q, items, total: total(pages ?? [], gone), at, current, setCurrent, decide, undoLast, move };
}
export type Queue = ReturnType<typeof useQueue>;

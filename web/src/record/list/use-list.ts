import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { countRecords, listRecords } from "../../api/records";
import type { EntityMeta } from "../../api/types";
import type { ListState } from "../../meta/list-state";

/** The records of a list, page after page, and their number, asked apart so that the rows need not wait for it. */
export function useList(entity: EntityMeta, state: ListState, fields: string[]) {
  const { filter, q, sort, archived } = state;
  const asked = useMemo(() => ({ filter, q, sort, archived, fields, limit: 50 }), [filter, q, sort, archived, fields]);
  const rows = useInfiniteQuery({
    queryKey: ["list", entity.path, asked],
    queryFn: ({ pageParam, signal }) => listRecords(entity.path, asked, pageParam || undefined, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next || undefined,
    placeholderData: (before) => before,
  });
  const count = useQuery({
    queryKey: ["count", entity.path, filter ?? null, q, archived],
    queryFn: ({ signal }) => countRecords(entity.path, { filter, q, archived }, signal),
    placeholderData: (before) => before,
  });
  const items = useMemo(() => rows.data?.pages.flatMap((p) => p.items ?? []) ?? [], [rows.data]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = rows;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return { rows, items, count: count.data, more, hasMore: hasNextPage };
}

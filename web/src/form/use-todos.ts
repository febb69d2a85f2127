import { useInfiniteQuery } from "@tanstack/react-query";
import { type Todo, type TodoGroup, type TodoSearch, todoGroups, todos } from "../api/work";

/** The to-do list as far as it was fetched, in groups by when it is due. */
export function useTodos(search: TodoSearch) {
  const scope = search.scope ?? "mine";
  const q = useInfiniteQuery({
    queryKey: ["todo", scope, search.user ?? "", search.kind ?? ""],
    queryFn: ({ pageParam }) => todos({ scope, user: search.user, kind: search.kind }, pageParam || undefined),
    initialPageParam: "",
    getNextPageParam: (last) => last.next || undefined,
    placeholderData: (before) => before,
    refetchInterval: 5 * 60_000,
  });
  const items = q.data?.pages.flatMap((p) => p.items ?? []) ?? [];
  return { ...q, items, groups: grouped(items), counts: q.data?.pages[0]?.counts };
}

/** The groups that have anything, in their order. */
export const grouped = (items: Todo[]): [TodoGroup, Todo[]][] =>
  todoGroups.map((g): [TodoGroup, Todo[]] => [g, items.filter((x) => x.group === g)]).filter(([, list]) => list.length > 0);

import { queryClient } from "../api/query";

/** Everything that a new or changed follow-up shows in is asked for again. */
export function refreshAll(customerId?: string) {
  for (const k of ["list", "count", "home", "children", "todo", "calendar", "plans"]) void queryClient.invalidateQueries({ queryKey: [k] });
  if (customerId) void queryClient.invalidateQueries({ predicate: (q) => q.queryKey.includes(customerId) });
}

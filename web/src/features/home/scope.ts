import { useQuery } from "@tanstack/react-query";
import { countBy } from "../../api/records";
import type { Filter, Tally } from "../../api/types";
import { all } from "../../meta/filter";

const own: Filter = { field: "owner_id", op: "in", value: ["me"] };
/** Customers of whoever is looked at, narrowed; all that may be seen when nobody is. */
export const of = (team: boolean, ...more: Filter[]): Filter | undefined => all(team ? more : [own, ...more]);

/** How many there are, in all and at each stage. */
const useStages = (path: string, filter: Filter | undefined) =>
  useQuery({ queryKey: ["home", path, "stages", filter ?? null], queryFn: () => countBy(path, { filter }, "stage") }).data;

/** Whose work is shown: who has no customers of their own, such as an administrator, looks at the team's. */
export function useScope(
  path: string,
  chosen: "mine" | "team",
): { known: boolean; others: boolean; none: boolean; team: boolean; numbers?: Tally } {
  const mine = useStages(path, own);
  const everything = useStages(path, undefined);
  const others = (everything?.count ?? 0) > (mine?.count ?? 0);
  const team = others && (chosen === "team" || mine?.count === 0);
  return {
    known: !!mine && !!everything,
    others: others && mine?.count !== 0,
    none: everything?.count === 0,
    team,
    numbers: team ? everything : mine,
  };
}

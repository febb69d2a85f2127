import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type TodoGroup, todoGroups, todos } from "../../api/work";
import { TodoRow } from "../../form/todo-row";
import { formatNumber } from "../../lib/format";
import { t } from "../../lib/i18n";
import { Empty, Failed, Ghosts } from "../../lib/ui/bits";
import { IconCircleCheck } from "../../lib/ui/icons";

/** How many stand on the workbench; the rest is a tap away. */
const atOnce = 8;

/** 待办: how much there is, and what comes first. */
export function TodoCard({ team, known }: { team: boolean; known: boolean }) {
  const scope = team ? "team" : "mine";
  const { data, error, refetch } = useQuery({
    queryKey: ["todo", "home", scope],
    queryFn: () => todos({ scope }, undefined, atOnce),
    enabled: known,
    refetchInterval: 5 * 60_000,
  });
  return (
    <section className="home-todo" aria-labelledby="home-todo">
      <h2 id="home-todo" className="sr">
        {t(team ? "todo.team" : "todo")}
      </h2>
      <Tiles team={team} counts={data?.counts} />
      <div className="box">
        {error && !data ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : !data ? (
          <div className="box-pad">
            <Ghosts n={5} h={52} />
          </div>
        ) : data.items.length === 0 ? (
          <Empty icon={<IconCircleCheck size={28} aria-hidden />} title={t("home.done")} text={t("home.doneText")} />
        ) : (
          <>
            <ul>
              {data.items.map((item) => (
                <TodoRow key={item.id} item={item} team={team} />
              ))}
            </ul>
            <Link to="/todo" search={team ? { scope: "team" } : {}} className="box-more">
              {t("home.allTodo")}
            </Link>
          </>
        )}
      </div>
    </section>
  );
}

function Tiles({ team, counts }: { team: boolean; counts?: Record<TodoGroup, number> }) {
  return (
    <div className="tiles five">
      {todoGroups.map((g) => (
        <Link key={g} to="/todo" search={team ? { scope: "team" } : {}} hash={`g-${g}`} className="tile">
          <span>{t(`todo.${g}`)}</span>
          <b className={g === "overdue" && counts?.overdue ? "num late" : "num"}>{counts ? formatNumber(counts[g]) : "–"}</b>
        </Link>
      ))}
    </div>
  );
}

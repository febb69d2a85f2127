import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";
import { openForm } from "../form/open";
import { Ghosts } from "../lib/ui/bits";
import type { ListSearch } from "../meta/list-state";
import { entityByPath, useMeta } from "../meta/meta";
import { ListPage } from "../record/list/list-page";
import { NotFound } from "./not-found";

const route = getRouteApi("/$path");

/** The list of any entity the server defines. */
export default function ListRoute() {
  const { path } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const meta = useMeta();
  const go = useCallback(
    (patch: Partial<ListSearch>, replace?: boolean) => void navigate({ search: (s: ListSearch) => ({ ...s, ...patch }), replace }),
    [navigate],
  );
  if (!meta)
    return (
      <div className="page-pad">
        <Ghosts n={12} />
      </div>
    );
  const entity = entityByPath(meta, path);
  if (!entity) return <NotFound />;
  return <ListPage key={path} entity={entity} search={search} go={go} onNew={() => openForm({ entity: entity.name })} />;
}

import { getRouteApi } from "@tanstack/react-router";
import { openForm } from "../form/open";
import { Ghosts } from "../lib/ui/bits";
import { entityByPath, useMeta } from "../meta/meta";
import { RecordPage } from "../record/detail/record-page";
import { NotFound } from "./not-found";

const route = getRouteApi("/$path/$id");

/** The page of any record the server defines. */
export default function RecordRoute() {
  const { path, id } = route.useParams();
  const meta = useMeta();
  if (!meta)
    return (
      <div className="page-pad">
        <Ghosts n={12} />
      </div>
    );
  const entity = entityByPath(meta, path);
  if (!entity) return <NotFound />;
  return <RecordPage key={id} entity={entity} id={id} onEdit={(rec) => openForm({ entity: entity.name, rec })} missing={<NotFound />} />;
}

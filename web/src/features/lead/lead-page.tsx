import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { usePhone } from "../../lib/screen";
import { useEntity } from "../../meta/meta";
import { LoadedPage } from "../../record/detail/loaded";
import { LeadView } from "./lead-view";

const route = getRouteApi("/leads/$id");

/** The lead's page. */
export default function LeadPage() {
  const { id } = route.useParams();
  const navigate = useNavigate();
  const phone = usePhone();
  return (
    <LoadedPage entity={useEntity("lead")} id={id} to="/leads">
      {(entity, rec) => <LeadView key={id} entity={entity} rec={rec} phone={phone} onGone={() => void navigate({ to: "/leads" })} />}
    </LoadedPage>
  );
}

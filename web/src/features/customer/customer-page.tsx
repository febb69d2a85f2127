import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { usePhone } from "../../lib/screen";
import { useEntity } from "../../meta/meta";
import { LoadedPage } from "../../record/detail/loaded";
import { CustomerView } from "./customer-view";

export { loadDeskParts } from "./customer-view";

const route = getRouteApi("/customers/$id");

/** The customer's page (客户 360). */
export default function CustomerPage() {
  const { id } = route.useParams();
  const navigate = useNavigate();
  const layout = usePhone() ? "phone" : "page";
  return (
    <LoadedPage entity={useEntity("customer")} id={id} to="/customers">
      {(entity, rec) => (
        <CustomerView key={id} entity={entity} rec={rec} layout={layout} onGone={() => void navigate({ to: "/customers" })} />
      )}
    </LoadedPage>
  );
}

import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { ApiError } from "../../api/client";
import { t } from "../../lib/i18n";
import { usePhone } from "../../lib/screen";
import { Empty, Failed, Ghosts } from "../../lib/ui/bits";
import { IconChevronLeft, IconSearch } from "../../lib/ui/icons";
import { useEntity } from "../../meta/meta";
import { useRecord } from "../../record/detail/use-record";
import { CustomerView } from "./customer-view";

export { loadComposer } from "./customer-view";

const route = getRouteApi("/customers/$id");

/** The customer's page (客户 360). */
export default function CustomerPage() {
  const { id } = route.useParams();
  const entity = useEntity("customer");
  const navigate = useNavigate();
  const phone = usePhone();
  const { data: rec, error, refetch } = useRecord(entity, id);
  return (
    <div className="page page-pad">
      <Link to="/customers" className="back no-print">
        <IconChevronLeft size={18} aria-hidden />
        {entity?.label_plural ?? t("nav.customers")}
      </Link>
      {error instanceof ApiError && error.status === 404 ? (
        <Empty heading icon={<IconSearch size={28} />} title={t("notFound")} text={t("notFound.hint")} />
      ) : error && !rec ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !rec || !entity ? (
        <Ghosts n={8} h={48} />
      ) : (
        <CustomerView
          key={id}
          entity={entity}
          rec={rec}
          layout={phone ? "phone" : "page"}
          onGone={() => void navigate({ to: "/customers" })}
        />
      )}
    </div>
  );
}

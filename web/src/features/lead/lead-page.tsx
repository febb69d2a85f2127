import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { ApiError } from "../../api/client";
import { t } from "../../lib/i18n";
import { usePhone } from "../../lib/screen";
import { Empty, Failed, Ghosts } from "../../lib/ui/bits";
import { IconChevronLeft, IconSearch } from "../../lib/ui/icons";
import { useEntity } from "../../meta/meta";
import { useRecord } from "../../record/detail/use-record";
import { LeadView } from "./lead-view";

const route = getRouteApi("/leads/$id");

/** The lead's page. */
export default function LeadPage() {
  const { id } = route.useParams();
  const entity = useEntity("lead");
  const navigate = useNavigate();
  const phone = usePhone();
  const { data: rec, error, refetch } = useRecord(entity, id);
  return (
    <div className="page page-pad">
      <Link to="/leads" className="back no-print">
        <IconChevronLeft size={18} aria-hidden />
        {entity?.label_plural ?? "…"}
      </Link>
      {error instanceof ApiError && error.status === 404 ? (
        <Empty heading icon={<IconSearch size={28} />} title={t("notFound")} text={t("notFound.hint")} />
      ) : error && !rec ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !rec || !entity ? (
        <Ghosts n={8} h={48} />
      ) : (
        <LeadView key={id} entity={entity} rec={rec} phone={phone} onGone={() => void navigate({ to: "/leads" })} />
      )}
    </div>
  );
}

import { Link } from "@tanstack/react-router";
import { ApiError } from "../../api/client";
import { t } from "../../lib/i18n";
import { Empty, Failed, Ghosts } from "../../lib/ui/bits";
import { IconMaximize, IconX } from "../../lib/ui/icons";
import { useEntity } from "../../meta/meta";
import { useRecord } from "../../record/detail/use-record";
import { CustomerView } from "./customer-view";

/** The customer beside the list, which stays where it is. */
export default function CustomerPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const entity = useEntity("customer");
  const { data: rec, error, refetch } = useRecord(entity, id);
  return (
    <aside className="side-panel" aria-label={entity?.label}>
      <div className="panel-bar">
        <Link to="/customers/$id" params={{ id }} className="icon-btn" aria-label={t("panel.full")} title={t("panel.full")}>
          <IconMaximize size={18} aria-hidden />
        </Link>
        <button type="button" className="icon-btn" aria-label={t("close")} title={`${t("close")} (Esc)`} onClick={onClose}>
          <IconX size={20} aria-hidden />
        </button>
      </div>
      {error ? (
        error instanceof ApiError && error.status === 404 ? (
          <Empty title={t("notFound")} text={t("notFound.hint")} />
        ) : (
          <Failed error={error} retry={() => void refetch()} />
        )
      ) : !rec || !entity ? (
        <Ghosts n={8} h={44} />
      ) : (
        <CustomerView key={id} entity={entity} rec={rec} layout="panel" onGone={onClose} />
      )}
    </aside>
  );
}

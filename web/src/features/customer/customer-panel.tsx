import { Link } from "@tanstack/react-router";
import { t } from "../../lib/i18n";
import { IconMaximize, IconX } from "../../lib/ui/icons";
import { useEntity } from "../../meta/meta";
import { Loaded } from "../../record/detail/loaded";
import { CustomerView } from "./customer-view";

/** The customer beside the list, which stays where it is. */
export default function CustomerPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const entity = useEntity("customer");
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
      <Loaded entity={entity} id={id}>
        {(of, rec) => <CustomerView key={id} entity={of} rec={rec} layout="panel" onGone={onClose} />}
      </Loaded>
    </aside>
  );
}

import { Link } from "@tanstack/react-router";
import { t } from "../lib/i18n";
import { Empty } from "../lib/ui/bits";
import { IconSearch } from "../lib/ui/icons";

/** There is nothing at this address, or nothing that this user may see: the two look the same. */
export function NotFound() {
  return (
    <div className="page-pad">
      <Empty icon={<IconSearch size={28} />} heading title={t("notFound")} text={t("notFound.hint")}>
        <Link to="/" className="btn primary">
          {t("notFound.home")}
        </Link>
      </Empty>
    </div>
  );
}

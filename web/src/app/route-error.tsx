import type { ErrorComponentProps } from "@tanstack/react-router";
import { t } from "../lib/i18n";
import { Empty } from "../lib/ui/bits";
import { IconAlertTriangle } from "../lib/ui/icons";

/** A screen that failed, also when a new version has taken away the file it wanted. */
export function RouteError({ error }: ErrorComponentProps) {
  return (
    <div className="page-pad" role="alert">
      <Empty
        icon={<IconAlertTriangle size={28} />}
        heading
        title={t("error.page")}
        text={error instanceof Error ? error.message : undefined}
      >
        <button type="button" className="btn primary" onClick={() => location.reload()}>
          {t("reload")}
        </button>
      </Empty>
    </div>
  );
}

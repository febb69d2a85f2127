import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { permits } from "../../api/session";
import { openForm } from "../../form/open";
import { t } from "../../lib/i18n";
import { Ghosts } from "../../lib/ui/bits";
import { IconCheckbox, IconFileImport } from "../../lib/ui/icons";
import type { ListSearch } from "../../meta/list-state";
import { may, useEntity } from "../../meta/meta";
import { ListPage } from "../../record/list/list-page";
import ReviewCount from "./review-count";

const route = getRouteApi("/leads");

/** 线索: the common list, with the way to what waits for a review, and the way in from Excel. */
export default function LeadsPage() {
  const search = route.useSearch();
  const go = route.useNavigate();
  const navigate = useNavigate();
  const entity = useEntity("lead");
  const patch = useCallback(
    (change: Partial<ListSearch>, replace?: boolean) => void go({ search: (s: ListSearch) => ({ ...s, ...change }), replace }),
    [go],
  );
  if (!entity)
    return (
      <div className="page-pad">
        <Ghosts n={12} />
      </div>
    );
  return (
    <ListPage
      entity={entity}
      search={search}
      go={patch}
      onNew={() => openForm({ entity: "lead" })}
      actions={
        <>
          {permits("lead", "approve") && (
            <Link to="/review" className="btn">
              <IconCheckbox size={17} aria-hidden />
              {t("review.title")}
              <ReviewCount />
            </Link>
          )}
          {may(entity, "import") && (
            <button type="button" className="btn" onClick={() => void navigate({ to: "/import", search: { into: "lead" } })}>
              <IconFileImport size={17} aria-hidden />
              {t("import")}
            </button>
          )}
        </>
      }
    />
  );
}

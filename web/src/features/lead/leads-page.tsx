import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { reviewLeads } from "../../api/leads";
import { permits } from "../../api/session";
import type { EntityMeta } from "../../api/types";
import { openForm } from "../../form/open";
import { t } from "../../lib/i18n";
import { Ghosts } from "../../lib/ui/bits";
import { IconCheckbox, IconFileImport } from "../../lib/ui/icons";
import { Popover } from "../../lib/ui/popover";
import type { ListSearch } from "../../meta/list-state";
import { may, useEntity } from "../../meta/meta";
import type { BulkActs } from "../../record/list/bulk-bar";
import { ListPage } from "../../record/list/list-page";
import ReviewCount from "./review-count";
import { ReviewMany } from "./review-many";
import { refreshLeads } from "./use-queue";

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
      bulkActs={(p) => permits("lead", "approve") && <ReviewChosen entity={entity} {...p} />}
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

/** A decision about the chosen ones that wait for their review. */
function ReviewChosen({ entity, chosen, busy, run }: Parameters<BulkActs>[0] & { entity: EntityMeta }) {
  return (
    <Popover
      className="btn quiet"
      disabled={busy}
      popName={t("review.title")}
      label={
        <>
          <IconCheckbox size={17} aria-hidden />
          {t("timeline.review")}
        </>
      }
    >
      {(close) => (
        <div className="review-many">
          <ReviewMany
            entity={entity}
            lacks={[]}
            onDecide={(d) => {
              close();
              void run(async () => {
                const made = await reviewLeads(chosen, d);
                refreshLeads([]);
                return made;
              });
            }}
          />
        </div>
      )}
    </Popover>
  );
}

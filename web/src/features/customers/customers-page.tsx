import { useNavigate } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense } from "react";
import { openForm } from "../../form/open";
import { t } from "../../lib/i18n";
import { Ghosts } from "../../lib/ui/bits";
import { IconFileImport } from "../../lib/ui/icons";
import type { ListSearch } from "../../meta/list-state";
import { may, useEntity } from "../../meta/meta";
import { ListPage } from "../../record/list/list-page";

const FirstCustomers = lazy(() => import("../../form/first-customers"));

type Props = {
  search: ListSearch;
  go: (patch: Partial<ListSearch>, replace?: boolean) => void;
  panel: (id: string, close: () => void) => ReactNode;
};

/** 客户: the common list, with the way in from Excel. */
export function CustomersPage({ search, go, panel }: Props) {
  const entity = useEntity("customer");
  const navigate = useNavigate();
  if (!entity)
    return (
      <div className="page-pad">
        <Ghosts n={12} />
      </div>
    );
  const add = () => openForm({ entity: "customer" });
  return (
    <ListPage
      entity={entity}
      search={search}
      go={go}
      onNew={add}
      panel={panel}
      invitation={
        <Suspense fallback={<Ghosts n={3} />}>
          <FirstCustomers onNew={add} />
        </Suspense>
      }
      actions={
        may(entity, "import") && (
          <button type="button" className="btn" onClick={() => void navigate({ to: "/import" })}>
            <IconFileImport size={17} aria-hidden />
            {t("import")}
          </button>
        )
      }
    />
  );
}

import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useCallback } from "react";
import { CustomersPage } from "../features/customers/customers-page";
import { Ghosts } from "../lib/ui/bits";
import type { ListSearch } from "../meta/list-state";

const CustomerPanel = lazy(() => import("../features/customer/customer-panel"));
const route = getRouteApi("/customers");

/** The customer list with the customer's page as its side panel: the one place where the two features meet. */
export default function CustomersRoute() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const go = useCallback(
    (patch: Partial<ListSearch>, replace?: boolean) => void navigate({ search: (s: ListSearch) => ({ ...s, ...patch }), replace }),
    [navigate],
  );
  return (
    <CustomersPage
      search={search}
      go={go}
      panel={(id, close) => (
        <Suspense
          fallback={
            <aside className="side-panel">
              <Ghosts n={8} />
            </aside>
          }
        >
          <CustomerPanel id={id} onClose={close} />
        </Suspense>
      )}
    />
  );
}

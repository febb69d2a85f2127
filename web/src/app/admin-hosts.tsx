import { lazy, Suspense } from "react";
import { withAdmin } from "../lib/i18n";
import { useStore } from "../lib/store";
import { accessRequest, eraseRequest, handoverRequest } from "../record/open";

const Access = lazy(() => withAdmin(() => import("../features/access/access-dialog")));
const Handover = lazy(() => withAdmin(() => import("../features/handover/handover-dialog")));
const Erase = lazy(() => withAdmin(() => import("../features/personal/erase-dialog")));

/** Shows the dialogs that record/open.ts asks for; the page has one. */
export function AdminHosts() {
  const access = useStore(accessRequest);
  const handover = useStore(handoverRequest);
  const erase = useStore(eraseRequest);
  return (
    <Suspense>
      {access && <Access {...access} onClose={() => accessRequest.set(null)} />}
      {handover && <Handover {...handover} onClose={() => handoverRequest.set(null)} />}
      {erase && <Erase {...erase} onClose={() => eraseRequest.set(null)} />}
    </Suspense>
  );
}

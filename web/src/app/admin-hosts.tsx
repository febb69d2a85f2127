import { lazy, Suspense } from "react";
import { withAdmin } from "../lib/i18n";
import { useStore } from "../lib/store";
import { accessRequest, eraseRequest, handoverRequest, securityRequest } from "../record/open";

const Access = lazy(() => withAdmin(() => import("../features/access/access-dialog")));
const Handover = lazy(() => withAdmin(() => import("../features/handover/handover-dialog")));
const Erase = lazy(() => withAdmin(() => import("../features/personal/erase-dialog")));

const Security = lazy(() => withAdmin(() => import("../features/security/user-dialog")));

/** Shows the dialogs that record/open.ts asks for; the page has one. */
export function AdminHosts() {
  const access = useStore(accessRequest);
  const handover = useStore(handoverRequest);
  const erase = useStore(eraseRequest);
  const security = useStore(securityRequest);
  return (
    <Suspense>
      {access && <Access {...access} onClose={() => accessRequest.set(null)} />}
      {handover && <Handover {...handover} onClose={() => handoverRequest.set(null)} />}
      {erase && <Erase {...erase} onClose={() => eraseRequest.set(null)} />}
      {security && <Security {...security} onClose={() => securityRequest.set(null)} />}
    </Suspense>
  );
}

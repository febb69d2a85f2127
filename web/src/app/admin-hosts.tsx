import { lazy, Suspense } from "react";
import { withAdmin, withPools, withRecords } from "../lib/i18n";
import { useStore } from "../lib/store";
import { accessRequest, clashOpening, eraseRequest, handoverRequest, putRequest, securityRequest, whoseRequest } from "../record/open";

const Access = lazy(() => withAdmin(() => import("../features/access/access-dialog")));
const Handover = lazy(() => withAdmin(() => import("../features/handover/handover-dialog")));
const Erase = lazy(() => withAdmin(() => import("../features/personal/erase-dialog")));

const Security = lazy(() => withAdmin(() => import("../features/security/user-dialog")));
const Put = lazy(() => withPools(() => import("../features/pools/put-dialog")));
const Whose = lazy(() => withRecords(() => import("../record/whose-dialogs")));
const Clash = lazy(() => withPools(() => import("../features/pools/clash-dialog")));

/** Shows the dialogs that record/open.ts asks for; the page has one. */
export function AdminHosts() {
  const access = useStore(accessRequest);
  const handover = useStore(handoverRequest);
  const erase = useStore(eraseRequest);
  const security = useStore(securityRequest);
  const put = useStore(putRequest);
  const clash = useStore(clashOpening);
  const whose = useStore(whoseRequest);
  return (
    <Suspense>
      {whose && <Whose key={`${whose.what}-${whose.rec.id}`} {...whose} onClose={() => whoseRequest.set(null)} />}
      {put && <Put {...put} onClose={() => putRequest.set(null)} />}
      {clash && <Clash {...clash} onClose={() => clashOpening.set(null)} />}
      {access && <Access {...access} onClose={() => accessRequest.set(null)} />}
      {handover && <Handover {...handover} onClose={() => handoverRequest.set(null)} />}
      {erase && <Erase {...erase} onClose={() => eraseRequest.set(null)} />}
      {security && <Security {...security} onClose={() => securityRequest.set(null)} />}
    </Suspense>
  );
}

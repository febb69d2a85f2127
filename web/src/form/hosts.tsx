import { lazy, Suspense } from "react";
import { withLeads, withWork } from "../lib/i18n";
import { useStore } from "../lib/store";
import { followRequest, formRequest, moveRequest, outboxOpen, planRequest } from "./open";

const RecordForm = lazy(() => import("./record-form"));
const FollowSheet = lazy(() => import("./follow-sheet"));
const PlanSheet = lazy(() => withLeads(() => import("./plan-sheet")));
const MoveSheet = lazy(() => withWork(() => import("./move-sheet")));
const OutboxSheet = lazy(() => withWork(() => import("./outbox-sheet")));

/** Shows the forms that open.ts asks for; the page has one. */
export function FormHosts() {
  const form = useStore(formRequest);
  const follow = useStore(followRequest);
  const plan = useStore(planRequest);
  const move = useStore(moveRequest);
  const outbox = useStore(outboxOpen);
  return (
    <Suspense>
      {outbox && <OutboxSheet onClose={() => outboxOpen.set(false)} />}
      {form && <RecordForm key={form.rec?.id ?? form.entity} {...form} onClose={() => formRequest.set(null)} />}
      {follow && <FollowSheet {...follow} onClose={() => followRequest.set(null)} />}
      {plan && <PlanSheet {...plan} onClose={() => planRequest.set(null)} />}
      {move && <MoveSheet {...move} onClose={() => moveRequest.set(null)} />}
    </Suspense>
  );
}

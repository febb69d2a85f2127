import { lazy, Suspense } from "react";
import { useStore } from "../lib/store";
import { followRequest, formRequest } from "./open";

const RecordForm = lazy(() => import("./record-form"));
const FollowSheet = lazy(() => import("./follow-sheet"));

/** Shows the forms that openForm and openFollow ask for; the page has one. */
export function FormHosts() {
  const form = useStore(formRequest);
  const follow = useStore(followRequest);
  return (
    <Suspense>
      {form && <RecordForm key={form.rec?.id ?? form.entity} {...form} onClose={() => formRequest.set(null)} />}
      {follow && <FollowSheet {...follow} onClose={() => followRequest.set(null)} />}
    </Suspense>
  );
}

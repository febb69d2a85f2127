import { lazy, Suspense } from "react";
import { signedOut, unconfirmed } from "../api/client";
import { withAdmin } from "../lib/i18n";
import { useStore } from "../lib/store";

const SignInAgain = lazy(() => import("../features/auth/sign-in-again"));
const ConfirmDialog = lazy(() => withAdmin(() => import("../features/security/confirm-dialog")));

/** While the session has run out, or who it is must be shown again: asked over the screen, and what was under way goes on. */
export function SessionGate() {
  const out = useStore(signedOut);
  const asked = useStore(unconfirmed);
  return <Suspense>{out ? <SignInAgain /> : asked && <ConfirmDialog />}</Suspense>;
}

import { lazy, Suspense } from "react";
import { signedOut } from "../api/client";
import { useStore } from "../lib/store";

const SignInAgain = lazy(() => import("../features/auth/sign-in-again"));

/** While the session has run out: the password is asked over the screen, and what was under way goes on. */
export function SessionGate() {
  const out = useStore(signedOut);
  return <Suspense>{out && <SignInAgain />}</Suspense>;
}

import { useQuery } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { lazy, Suspense, useEffect } from "react";
import { bootQuery } from "../api/session";
import type { Boot } from "../api/types";
import { t, useLanguage, withAdmin } from "../lib/i18n";
import { later } from "../lib/later";
import { Failed } from "../lib/ui/bits";
import { router } from "./router";

const Setup = later(async () => (await import("../features/setup/setup")).default);
const SignIn = later(async () => (await import("../features/auth/sign-in")).default);

const Enrol = lazy(() => withAdmin(() => import("../features/security/enrol")));
const SetPassword = lazy(() => withAdmin(() => import("../features/auth/set-password")));

/** Has at hand what those see first who have not signed in. */
export const loadGate = async (b: Boot | undefined) => {
  if (b && !b.user) await (b.setup_needed ? Setup : SignIn).load();
};

/** First start, sign-in, or the product; the address stays, so that signing in leads to where one wanted to go. */
export function App() {
  const language = useLanguage();
  const { data, error, refetch } = useQuery(bootQuery);
  useEffect(() => {
    document.title = data?.company ? `${t("app")} · ${data.company}` : t("app");
  }, [data?.company]);
  if (!data)
    return error ? (
      <div className="gate">
        <Failed error={error} retry={() => void refetch()} />
      </div>
    ) : null;
  if (location.pathname === "/set-password")
    return (
      <Suspense>
        <SetPassword />
      </Suspense>
    );
  if (data.setup_needed)
    return (
      <Suspense>
        <Setup key={language} onDone={(to) => void router.navigate({ to })} />
      </Suspense>
    );
  if (data.step?.step === "enrol")
    return (
      <Suspense>
        <Enrol />
      </Suspense>
    );
  if (!data.user)
    return (
      <Suspense>
        <SignIn key={language} />
      </Suspense>
    );
  return <RouterProvider router={router} key={language} />;
}

import { useQuery } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { lazy, Suspense, useEffect } from "react";
import { bootQuery } from "../api/session";
import { t, useLanguage } from "../lib/i18n";
import { Failed } from "../lib/ui/bits";
import { router } from "./router";

const Setup = lazy(() => import("../features/setup/setup"));
const SignIn = lazy(() => import("../features/auth/sign-in"));

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
  if (data.setup_needed)
    return (
      <Suspense>
        <Setup key={language} onDone={(to) => void router.navigate({ to })} />
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

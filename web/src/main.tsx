import "./lib/ui/base.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { setOwner } from "./api/kept";
import { queryClient } from "./api/query";
import { bootQuery } from "./api/session";
import { App, loadGate } from "./app/app";
import { loadFrame } from "./app/shell";
import { setZone } from "./lib/dates";
import { preferredLanguage, setLanguage } from "./lib/i18n";
import { directoryQuery } from "./meta/directory";
import { metaQuery } from "./meta/meta";

const language = preferredLanguage();
if (language !== "zh") await setLanguage(language);
await queryClient.prefetchQuery(bootQuery); // comes with the page
const boot = queryClient.getQueryData(bootQuery.queryKey);
if (boot) {
  setZone(boot.zone);
  setOwner(boot.user?.id ?? "");
}
if (boot?.user) {
  void queryClient.prefetchQuery(metaQuery);
  void queryClient.prefetchQuery(directoryQuery);
}
await Promise.all([loadGate(boot), boot?.user && loadFrame()]).catch(() => {}); // they are fetched anew when they are shown
createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
// The page opens without a network from then on. Over plain HTTP browsers have no service worker; everything else works.
if (import.meta.env.PROD) setTimeout(() => void navigator.serviceWorker?.register("/sw.js").catch(() => {}), 3000);

import "./lib/ui/base.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "./api/query";
import { bootQuery } from "./api/session";
import { App } from "./app/app";
import { preferredLanguage, setLanguage } from "./lib/i18n";
import { directoryQuery } from "./meta/directory";
import { metaQuery } from "./meta/meta";

const language = preferredLanguage();
if (language !== "zh") await setLanguage(language);
// Everything the first view needs is asked for at once.
void queryClient.prefetchQuery(bootQuery).then(() => {
  if (!queryClient.getQueryData(bootQuery.queryKey)?.user) return;
  void queryClient.prefetchQuery(metaQuery);
  void queryClient.prefetchQuery(directoryQuery);
});
createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);

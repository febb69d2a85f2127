import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "./client";

const again = (count: number, e: unknown) => count < 2 && !(e instanceof ApiError && e.status >= 400 && e.status < 500);

/** The one owner of server state. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 30_000, retry: again, networkMode: "always" },
    mutations: { networkMode: "always" },
  },
});

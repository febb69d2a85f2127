import type { LogSearch } from "./log-search";

export function SignIns(_: { search: LogSearch }) {
  return null;
}

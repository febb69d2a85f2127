import { address, get } from "./client";
import type { CompanyLogEntry, Page, Seal } from "./types";

/** Which entries of the company's log; absent chooses all. entity may name several, by comma; days are inclusive. */
export type LogFilter = {
  entity?: string;
  action?: string;
  origin?: string;
  user?: string;
  record?: string;
  batch?: string;
  from?: string;
  to?: string;
};

export const companyLog = (f: LogFilter, cursor?: string, signal?: AbortSignal) =>
  get<Page<CompanyLogEntry>>("/log", { ...f, cursor }, signal);
export const logFileAddress = (f: LogFilter, format: "xlsx" | "csv") => address("/log/export", { ...f, format });
/** The newest seal; its number is 0 while nothing is sealed. */
export const logSeal = () => get<Seal>("/log/seal");

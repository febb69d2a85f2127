import { get, post, request } from "./client";
import type { components } from "./schema.gen";
import type { Filter } from "./types";

type S = components["schemas"];

export type ReportKind = S["ReportKind"];
export type ReportColumn = S["ReportColumn"];
export type ReportRow = Omit<S["ReportRow"], "filters"> & {
  /** By column: of the records behind the figure. */
  filters: (Filter | null)[];
};
export type ReportTable = Omit<S["ReportTable"], "rows" | "total" | "previous" | "year_ago"> & {
  rows: ReportRow[];
  total: ReportRow;
  previous: ReportRow | null;
  year_ago: ReportRow | null;
};
/** A report of a month as it was when it was frozen; its table only comes with the one that is opened. */
export type ArchivedReport = Omit<S["ArchivedReport"], "table"> & { table?: ReportTable };
export type SourceCosts = S["SourceCostsOfMonth"];

/** The first and the last day, what tells the records apart, and what narrows them. */
export type ReportQuery = { from: string; to: string; by?: string; filter?: string };
export const reportKinds = async () => (await get<{ items: ReportKind[] }>("/reports")).items;
export const reportPath = (name: string) => `/reports/${name}`;
export const report = (name: string, q: ReportQuery) => get<ReportTable>(reportPath(name), { ...q, compare: true });

export const archivePath = (id: string) => `/report-archives/${id}`;
export const archives = async () => (await get<{ items: ArchivedReport[] }>("/report-archives")).items;
export const archive = (id: string) => get<ArchivedReport>(archivePath(id));
export const freezeMonth = async (month: string) => (await post<{ items: ArchivedReport[] }>("/report-archives", { month })).items;

export const sourceCosts = async () => (await get<{ items: SourceCosts[] }>("/source-costs")).items;
export const putSourceCosts = (c: SourceCosts) => request<void>("PUT", "/source-costs", { body: c });

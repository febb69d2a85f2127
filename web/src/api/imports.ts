import { BASE, get, post, request } from "./client";
import type { Import, ImportOptions, ImportProblem, Page } from "./types";
import { upload } from "./upload";

// A sheet in which nothing was found has no list of columns.
const whole = (i: Import): Import => ({ ...i, sheets: (i.sheets ?? []).map((s) => ({ ...s, columns: s.columns ?? [] })) });

/** How a file is understood, changed before it runs: sheets by their index, columns by theirs. */
export type ImportPatch = {
  sheets?: { index: number; include?: boolean; header_row?: number; fields?: Record<string, string> }[];
  options?: ImportOptions;
};
export const listImports = async () => (await get<Page<Import>>("/imports")).items ?? [];
export const getImport = (id: string) => get<Import>(`/imports/${id}`).then(whole);
export const importFile = (entity: string, file: File, onProgress?: (part: number) => void) =>
  upload<Import>("/imports", { entity }, [file], onProgress).then(whole);
export const importText = (entity: string, text: string) => post<Import>("/imports", { text }, { query: { entity } }).then(whole);
export const patchImport = (id: string, v: ImportPatch) => request<Import>("PATCH", `/imports/${id}`, { body: v }).then(whole);
export const act = (id: string, action: "check" | "run" | "cancel" | "undo", body: object = {}) =>
  post<Import>(`/imports/${id}/${action}`, body).then(whole);
export const importProblems = (id: string, cursor?: string) => get<Page<ImportProblem>>(`/imports/${id}/problems`, { cursor });
export const refusedAddress = (id: string) => `${BASE}/imports/${id}/refused`;
export const templateAddress = (path: string) => `${BASE}/${path}/template`;

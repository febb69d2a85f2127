import { currentLanguage } from "../lib/i18n";
import { uid } from "../lib/uid";
import { ApiError, address, BASE, type Query } from "./client";
import type { Problem } from "./types";

/** Sends files as a form and tells how far it is (0 to 1); fetch cannot. */
export function upload<T>(path: string, query: Query, files: File[], onProgress?: (part: number) => void): Promise<T> {
  const form = new FormData();
  for (const f of files) form.append("file", f, f.name);
  return new Promise((ok, fail) => {
    const x = new XMLHttpRequest();
    x.open("POST", address(path, query));
    x.setRequestHeader("Accept-Language", currentLanguage());
    x.setRequestHeader("Idempotency-Key", uid());
    x.upload.onprogress = (e) => e.lengthComputable && onProgress?.(e.loaded / e.total);
    x.onerror = () => fail(new ApiError({ status: 0, title: "network", detail: "", code: "unavailable" }));
    x.onload = () => {
      if (x.status < 300) return ok(JSON.parse(x.responseText) as T);
      let problem: Problem = { status: x.status, title: x.statusText, detail: x.statusText, code: "internal" };
      try {
        problem = { ...problem, ...JSON.parse(x.responseText) };
      } catch {} // not JSON: a proxy's page
      fail(new ApiError(problem));
    };
    x.send(form);
  });
}

export const fileAddress = (id: string) => `${BASE}/files/${id}/content`;
export const previewAddress = (id: string) => `${BASE}/files/${id}/preview`;

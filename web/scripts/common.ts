import { resolve } from "node:path";
import type { Plugin } from "vite";

// What most people open first, each with what it fetches for itself.
const screens = [
  ["features/home/home.tsx"],
  ["app/customers-route.tsx", "app/list-route.tsx", "record/list/cards.tsx", "record/list/desk.tsx", "record/list/desk-tools.tsx"],
  ["features/customer/customer-page.tsx", "app/record-route.tsx"],
];
const frame = ["main.tsx"];

/**
 * Tells which modules belong in the file that every screen fetches: those that the frame of the page imports, or two of
 * the first screens. Few files mean few requests, which matter where an office runs this over plain HTTP/1.1; what only
 * other screens share weighs on nobody's first view.
 */
export function commonModules(): { plugin: Plugin; has: (id: string) => boolean } {
  const counts = new Map<string, number>();
  const plugin: Plugin = {
    name: "common-modules",
    buildEnd() {
      const count = (files: string[], weight: number) => {
        const importedBy = (id: string) => this.getModuleInfo(id)?.importedIds ?? [];
        const seen = new Set(files.flatMap((file) => importedBy(resolve("src", file))));
        for (const id of seen) for (const next of importedBy(id)) seen.add(next);
        for (const id of seen) counts.set(id, (counts.get(id) ?? 0) + weight);
      };
      counts.clear();
      count(frame, 2);
      for (const files of screens) count(files, 1);
    },
  };
  return { plugin, has: (id) => (counts.get(id) ?? 0) > 1 };
}

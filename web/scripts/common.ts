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
 * Tells which modules belong in the file that every screen fetches (common): those that the frame of the page imports, or
 * the workbench and another of the first screens; and which in the file of the screens of records (records): those that
 * two of these share beyond that. Few files mean few requests, which matter where an office runs this over plain
 * HTTP/1.1; what only other screens share weighs on nobody's first view.
 */
export function commonModules(): { plugin: Plugin; common: (id: string) => boolean; records: (id: string) => boolean } {
  const users = new Map<string, Set<number>>();
  const everywhere = -1;
  const home = 0;
  const plugin: Plugin = {
    name: "common-modules",
    buildEnd() {
      const note = (files: string[], user: number) => {
        const importedBy = (id: string) => this.getModuleInfo(id)?.importedIds ?? [];
        const seen = new Set(files.flatMap((file) => importedBy(resolve("src", file))));
        for (const id of seen) for (const next of importedBy(id)) seen.add(next);
        for (const id of seen) users.set(id, (users.get(id) ?? new Set()).add(user));
      };
      users.clear();
      note(frame, everywhere);
      for (const [i, files] of screens.entries()) note(files, i);
    },
  };
  const shared = (id: string) => (users.get(id)?.size ?? 0) > 1;
  const common = (id: string) => !!users.get(id)?.has(everywhere) || (shared(id) && !!users.get(id)?.has(home));
  return { plugin, common, records: (id) => shared(id) && !common(id) };
}

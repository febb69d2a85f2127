import { type ComponentType, lazy } from "react";

/**
 * A component in a file of its own, to be shown within a Suspense. Once load is done it shows at once. One that is lazy
 * in the usual way never does: React shows the fallback first, and takes a third of a second before it replaces it.
 */
export function later<P extends object>(get: () => Promise<ComponentType<P>>) {
  let got: { default: ComponentType<P> } | undefined;
  const load = async () => {
    got = { default: await get() };
    return got;
  };
  // biome-ignore lint/suspicious/noThenProperty: React takes any thenable, and one that answers at once needs no fallback
  const there = { then: (take: (m: typeof got) => void) => take(got) } as unknown as ReturnType<typeof load>;
  return Object.assign(
    lazy(() => (got ? there : load())),
    { load },
  );
}

import { codeKind } from "./codes";

/** Industry by GB/T 4754, at any of its levels. */
export const industry = codeKind(160);

import { codeKind } from "./codes";

/** A country by its ISO 3166 code. */
export const country = codeKind(110);

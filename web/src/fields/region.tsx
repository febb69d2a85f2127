import { codeKind } from "./codes";

/** Province, city, county by GB/T 2260. */
export const region = codeKind(200);

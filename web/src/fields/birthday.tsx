import { text } from "./text";

/** A birthday as people write it, solar or lunar: "1985-08-15", "8月15日", "农历八月十五". The server understands it. */
export const birthday = { ...text, width: 110 };

/** Simplified Chinese of the administrators' screens: roles, the log, hand-overs, security. */
export const adminZh = {
  "log.seal": "日志封印",
};

import type { WorklogMessages } from "../lib/i18n";
import { of } from "./plural";

export const worklogEn: WorklogMessages = {
  worklog: "Work log",
  "worklog.day": "Day",
  "worklog.sum": (n, c) => `${of(n, "follow-up")} with ${of(c, "customer")}`,
  "worklog.done": "Done",
  "worklog.noneDone": "No follow-ups",
  "worklog.open": "Planned and not done",
  "worklog.noneOpen": "Nothing left",
  "worklog.next": "Planned for the next working day",
  "worklog.customers": "New customers",
  "worklog.stages": "Changes of stage",
  "worklog.own": "Summary",
  "worklog.comment": "Supervisor's comment",
  "worklog.unsaid": "Nothing yet",
  "worklog.write": "Write",
  "worklog.saved": "Work log saved",
  "worklog.noneNext": "Nothing planned",
  "worklog.writer": "Written by:",
  "worklog.reader": "Read by:",
};

import { queryOptions } from "@tanstack/react-query";
import { get, post, request } from "./client";
import type { components } from "./schema.gen";
import { upload } from "./upload";

type S = components["schemas"];
export type WorkingHours = S["WorkingHours"];
export type SpecialDay = S["SpecialDay"];
/** What is set; hours and weekend are null where those above hold. */
export type WorkingTime = Omit<S["WorkingTime"], "hours" | "weekend"> & { hours: WorkingHours[] | null; weekend: number[] | null };
export type WorkingCalendar = Omit<S["WorkingCalendar"], "hours" | "weekend"> & WorkingTime;
export type CalendarDay = S["CalendarDay"];
export type YearView = S["YearView"];
export type Notice = S["Notice"];

/** The company's where no department is named. */
const at = (department: string) => (department ? `/working-calendar/departments/${department}` : "/working-calendar");
export const workingCalendarQuery = (department: string) =>
  queryOptions({ queryKey: ["working-calendar", "set", department], queryFn: () => get<WorkingCalendar>(at(department)) });
export const calendarYearQuery = (department: string, year: number) =>
  queryOptions({
    queryKey: ["working-calendar", "year", department, year],
    queryFn: () => get<YearView>(`/working-calendar/years/${year}`, { department }),
  });
export const putWorkingTime = (department: string, { version, hours, weekend, days }: WorkingTime) =>
  request<WorkingCalendar>("PUT", at(department), { body: { version, hours, weekend, days } });

/** What a file or a pasted text says; with check it is only looked at. */
export const takeNotice = (from: File | string, check: boolean): Promise<Notice> =>
  typeof from === "string"
    ? post<Notice>(`/working-calendar/notices?check=${check}`, { text: from })
    : upload<Notice>("/working-calendar/notices", { check }, [from]);
export const dropNotice = (year: number) => request<void>("DELETE", `/working-calendar/notices/${year}`);

import type { CalendarItem } from "../../api/work";
import { addDays, dayOf, daysBetween, timeOf } from "../../lib/dates";
import type { CalendarView } from "./calendar-search";

/** The Monday of a day's week. */
export const mondayOf = (day: string) => addDays(day, -((new Date(`${day}T12:00Z`).getUTCDay() + 6) % 7));
const count = (from: string, n: number) => Array.from({ length: n }, (_, i) => addDays(from, i));
const firstOf = (day: string) => `${day.slice(0, 8)}01`;
/** The first day of the month n months after that of day. */
export function addMonths(day: string, n: number): string {
  const months = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + n;
  return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, "0")}-01`;
}

/** The days that a view shows: whole weeks for a month. */
export function daysOf(view: CalendarView, day: string): string[] {
  if (view === "day") return [day];
  if (view === "week") return count(mondayOf(day), 7);
  const from = mondayOf(firstOf(day));
  const until = addMonths(day, 1);
  return count(from, Math.ceil(daysBetween(from, until) / 7) * 7);
}

/** The day that the arrows lead to. */
export const step = (view: CalendarView, day: string, n: number) =>
  view === "month" ? addMonths(day, n) : addDays(day, n * (view === "week" ? 7 : 1));

/** Minutes after midnight on the company's wall. */
export function minuteOf(instant: string): number {
  const [h, m] = timeOf(new Date(instant)).split(":").map(Number);
  return (h ?? 0) * 60 + (m ?? 0);
}

export const dayOfItem = (x: CalendarItem) => (x.all_day ? x.start.slice(0, 10) : dayOf(new Date(x.start)));

/** The items of each day, whole days first, then by the hour. */
export function byDay(items: CalendarItem[]): Map<string, CalendarItem[]> {
  const out = new Map<string, CalendarItem[]>();
  const order = (x: CalendarItem) => (x.all_day ? "" : x.start);
  for (const x of [...items].sort((a, b) => order(a).localeCompare(order(b)))) {
    const day = dayOfItem(x);
    out.set(day, [...(out.get(day) ?? []), x]);
  }
  return out;
}

/** Where something stands: from the top in minutes, in which of how many lanes beside each other. */
export type Placed = { item: CalendarItem; top: number; height: number; lane: number; lanes: number };
/** How many more there are at a time than have room, and from when. */
export type More = { top: number; height: number; n: number };
/** The least a thing takes up in a column of hours, in minutes: its name must be readable. */
const least = 30;

/**
 * Where the things of one day stand in a column of minutes; those at the same time stand side by side, at most so many,
 * and the rest is counted.
 */
export function place(items: CalendarItem[], most: number): { placed: Placed[]; more: More[] } {
  const placed: Placed[] = [];
  const more: More[] = [];
  let group: Placed[] = [];
  let end = 0;
  const close = () => {
    const lanes = Math.max(0, ...group.map((p) => p.lane + 1));
    const shown = group.filter((p) => p.lane < most);
    for (const p of shown) p.lanes = Math.min(lanes, most);
    placed.push(...shown);
    const rest = group.filter((p) => p.lane >= most);
    const top = Math.min(...rest.map((p) => p.top));
    if (rest.length > 0) more.push({ top, height: Math.max(...rest.map((p) => p.top + p.height)) - top, n: rest.length });
    group = [];
  };
  for (const item of items.filter((x) => !x.all_day)) {
    const top = minuteOf(item.start);
    const height = Math.max(least, item.end ? (Date.parse(item.end) - Date.parse(item.start)) / 60_000 : least);
    if (top >= end) close();
    const taken = new Set(group.filter((p) => p.top + p.height > top).map((p) => p.lane));
    let lane = 0;
    while (taken.has(lane)) lane++;
    group.push({ item, top, height: Math.min(height, 24 * 60 - top), lane, lanes: 1 });
    end = Math.max(end, top + height);
  }
  close();
  return { placed, more };
}

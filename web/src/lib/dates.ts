// Calendar days are "YYYY-MM-DD" texts, instants RFC 3339 texts in UTC; the two are never mixed.

const pad = (n: number) => String(n).padStart(2, "0");
/** The local calendar day of d. */
export const dayOf = (d: Date) => `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())}`;
export const today = () => dayOf(new Date());

/** Whether an instant stands for a whole local day: workbooks and people name days without a time, which is kept as midnight. */
export const isDay = (d: Date) => d.getHours() === 0 && d.getMinutes() === 0 && d.getSeconds() === 0;
/** Whether something promised for an instant is late; what is promised for a day is late on the next. */
export function isLate(instant: string, now = new Date()): boolean {
  const d = new Date(instant);
  return isDay(d) ? dayOf(d) < dayOf(now) : d < now;
}

/** The day n days after day. */
export function addDays(day: string, n: number): string {
  const d = new Date(`${day}T12:00`);
  d.setDate(d.getDate() + n);
  return dayOf(d);
}

/** The next Monday after day. */
export const nextMonday = (day: string) => addDays(day, 7 - ((new Date(`${day}T12:00`).getDay() + 6) % 7));

/** Whole days from a to b, negative when b is earlier. */
export const daysBetween = (a: string, b: string) => Math.round((Date.parse(`${b}T12:00Z`) - Date.parse(`${a}T12:00Z`)) / 86_400_000);

/** The value of a datetime-local field ("2026-11-21T09:30") for an instant; "" for none. */
export function toLocalInput(instant: string | null | undefined): string {
  if (!instant) return "";
  const d = new Date(instant);
  return Number.isNaN(d.getTime()) ? "" : `${dayOf(d)}T${pad(d.getHours())}:${pad(d.getMinutes())}`;
}

/** The instant a datetime-local field means; null when empty or not a time. */
export function fromLocalInput(value: string): string | null {
  const d = new Date(value);
  return value && !Number.isNaN(d.getTime()) ? d.toISOString() : null;
}

/** The instant of a local day at an hour. */
export const instantAt = (day: string, hour = 9) => new Date(`${day}T${pad(hour)}:00`).toISOString();

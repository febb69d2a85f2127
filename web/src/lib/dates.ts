// Calendar days are "YYYY-MM-DD" texts, instants RFC 3339 texts in UTC; the two are never mixed. The days and hours of an
// instant are those of the company's time zone, wherever the browser stands: all colleagues read the same.

const formatOf = (zone?: string) => new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
let format = formatOf();

/** Sets the company's time zone, such as "Asia/Shanghai". One that the browser does not know leaves its own. */
export function setZone(zone: string) {
  try {
    format = formatOf(zone);
  } catch {
    format = formatOf();
  }
}

/** The calendar and the clock on the company's wall: ["2026-11-21", "14:30:00"]. */
const wallOf = (d: Date) => format.format(d).split(" ") as [string, string];

/** The instant at which the wall shows that; where clocks are changed, one that it never shows is as long after midnight. */
function instantOf(day: string, time: string): Date {
  const wanted = Date.parse(`${day}T${time}Z`);
  let at = wanted;
  for (let i = 0; i < 2 && !Number.isNaN(at); i++) at += wanted - Date.parse(`${wallOf(new Date(at)).join("T")}Z`);
  return new Date(at);
}

/** The company's calendar day at d. */
export const dayOf = (d: Date) => wallOf(d)[0];
/** The hour and minute at d: "14:30". */
export const timeOf = (d: Date) => wallOf(d)[1].slice(0, 5);
export const today = () => dayOf(new Date());

/** Whether an instant stands for a whole day: workbooks and people name days without a time, which is kept as midnight. */
export const isDay = (d: Date) => wallOf(d)[1] === "00:00:00";
/** Whether something promised for an instant is late; what is promised for a day is late on the next. */
export function isLate(instant: string, now = new Date()): boolean {
  const d = new Date(instant);
  return isDay(d) ? dayOf(d) < dayOf(now) : d < now;
}

/** The day n days after day. */
export function addDays(day: string, n: number): string {
  const d = new Date(`${day}T12:00Z`);
  d.setUTCDate(d.getUTCDate() + n);
  return d.toISOString().slice(0, 10);
}

/** The next Monday after day. */
export const nextMonday = (day: string) => addDays(day, 7 - ((new Date(`${day}T12:00Z`).getUTCDay() + 6) % 7));

/** Whole days from a to b, negative when b is earlier. */
export const daysBetween = (a: string, b: string) => Math.round((Date.parse(`${b}T12:00Z`) - Date.parse(`${a}T12:00Z`)) / 86_400_000);

/** The value of a datetime-local field ("2026-11-21T09:30") for an instant; "" for none. */
export function toLocalInput(instant: string | null | undefined): string {
  if (!instant) return "";
  const d = new Date(instant);
  return Number.isNaN(d.getTime()) ? "" : `${dayOf(d)}T${timeOf(d)}`;
}

/** The instant a datetime-local field means; null when empty or not a time. */
export function fromLocalInput(value: string): string | null {
  const [day, time] = value.split("T");
  const d = instantOf(day ?? "", time ?? "");
  return Number.isNaN(d.getTime()) ? null : d.toISOString();
}

/** The instant of a day at an hour. */
export const instantAt = (day: string, hour = 9) => instantOf(day, `${String(hour).padStart(2, "0")}:00`).toISOString();

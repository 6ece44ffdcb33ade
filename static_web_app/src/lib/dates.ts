/** Calendar dates in the person's own time zone. */

/** `2026-01-31` for a moment, where this device is. */
export function isoDate(moment: Date | number = Date.now()): string {
  const date = new Date(moment);
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${String(date.getFullYear())}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The date so many days before `from`. */
export function daysAgo(days: number, from: number = Date.now()): string {
  const date = new Date(from);
  date.setDate(date.getDate() - days);
  return isoDate(date);
}

/** The value of a `datetime-local` field for a moment. */
export function toLocalField(moment: number): string {
  const date = new Date(moment);
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${isoDate(date)}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Milliseconds of a `datetime-local` value, or null where it is none. */
export function fromLocalField(value: string): number | null {
  const moment = new Date(value).getTime();
  return Number.isNaN(moment) ? null : moment;
}

/** A moment from whatever carries one. A bare date is midnight here: read as UTC it would be the day before, west of Greenwich. */
export function dayOf(value: string | number | Date): Date {
  return new Date(typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? `${value}T00:00` : value);
}

/** The Monday of an ISO week such as `2026-W05`. */
export function mondayOf(week: string): Date {
  const [year = 0, number = 0] = week.split('-W').map(Number);
  // 4 January is always in week 1.
  const fourth = new Date(year, 0, 4);
  return new Date(year, 0, 4 - ((fourth.getDay() + 6) % 7) + (number - 1) * 7);
}

/** The seven dates of the week a date lies in, Monday first. */
export function weekOf(date: string): string[] {
  const day = dayOf(date);
  return Array.from({ length: 7 }, (_, index) => isoDate(new Date(day.getFullYear(), day.getMonth(), day.getDate() - ((day.getDay() + 6) % 7) + index)));
}

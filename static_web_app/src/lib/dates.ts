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

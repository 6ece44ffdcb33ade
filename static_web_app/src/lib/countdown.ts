/** A rest timer as a deadline on the clock, so that a reload, another tab or a locked screen cannot make it wrong. */

export interface Rest {
  /** When it ends, in milliseconds since the epoch. */
  endsAt: number;
  totalS: number;
}

export function startRest(seconds: number, now: number): Rest {
  return { endsAt: now + seconds * 1000, totalS: seconds };
}

/** Whole seconds left, never below zero, and never more than the rest is long, should the clock have been set back. */
export function leftOf(rest: Rest, now: number): number {
  return Math.min(rest.totalS, Math.max(0, Math.ceil((rest.endsAt - now) / 1000)));
}

/** Moves the deadline; taking more than is left ends the rest now. */
export function extendRest(rest: Rest, seconds: number, now: number): Rest {
  const endsAt = Math.max(now, rest.endsAt + seconds * 1000);
  return { endsAt, totalS: Math.max(1, rest.totalS + seconds) };
}

/** `95` as `1:35`, `3725` as `1:02:05`. */
export function clockOf(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (part: number): string => String(part).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${String(hours)}:${two(minutes)}:${two(whole % 60)}` : `${String(minutes)}:${two(whole % 60)}`;
}

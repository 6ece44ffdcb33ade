/** A target in few characters: `3 × 8–12 · 62.5 kg · RPE 8`. */
import type { Units } from '../api/types';
import type { Text } from '../i18n/text';
import { clockOf } from '../lib/countdown';

interface Aim {
  sets?: number;
  reps?: { min: number; max: number } | null;
  seconds?: number | null;
  rpe?: number | null;
  load_kg?: number | null;
}

export function targetOf(aim: Aim, unit: Units, { load, number }: Text): string {
  const much = amountOf(aim);
  const parts = [aim.sets === undefined ? much : `${String(aim.sets)}\u00a0×\u00a0${much}`];
  if (aim.load_kg != null) parts.push(load(aim.load_kg, unit));
  if (aim.rpe != null) parts.push(`RPE\u00a0${number(aim.rpe)}`);
  return parts.filter((part) => part !== '').join(' · ');
}

/** Repetitions or time. */
export function amountOf({ reps, seconds }: Aim): string {
  if (reps != null) return reps.min === reps.max ? String(reps.min) : `${String(reps.min)}–${String(reps.max)}`;
  return seconds != null ? timeOf(seconds) : '';
}

/** `45 s` up to a minute and a half, then `2:00`. */
function timeOf(seconds: number): string {
  return seconds <= 90 ? `${String(Math.round(seconds))}\u00a0s` : clockOf(seconds);
}

/** A set as it was done: `62.5 kg × 8 @ 8`. */
export function doneOf(set: { reps?: number | null; weight_kg?: number | null; seconds?: number | null; distance_m?: number | null; rpe?: number | null }, unit: Units, { weight, number }: Text): string {
  const parts: string[] = [];
  if (set.weight_kg != null) parts.push(weight(set.weight_kg, unit));
  if (set.reps != null) parts.push(set.weight_kg != null ? `× ${String(set.reps)}` : String(set.reps));
  if (set.seconds != null) parts.push(timeOf(set.seconds));
  if (set.distance_m != null) parts.push(`${number(set.distance_m)}\u00a0m`);
  if (set.rpe != null) parts.push(`@ ${number(set.rpe)}`);
  return parts.length === 0 ? '–' : parts.join(' ');
}

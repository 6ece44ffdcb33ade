/** Small things kept in the browser under a name; in this page's memory where the browser keeps nothing. */

const memory = new Map<string, string>();

export function readKept(name: string): string | null {
  try {
    return localStorage.getItem(name) ?? memory.get(name) ?? null;
  } catch {
    return memory.get(name) ?? null;
  }
}

/** Keeps `value` under `name`; null forgets it. */
export function keep(name: string, value: string | null): void {
  if (value === null) memory.delete(name);
  else memory.set(name, value);
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // Forbidden or full: memory has it for as long as the page is open.
  }
}

/** Whether this device can keep what is logged. Where it cannot, the person is told, and the page holds it in memory. */
import { holder } from '../lib/external';
import { database } from './database';

/** `full`: there is no room left. `refused`: the browser keeps nothing here, as in some private windows. */
export type Trouble = 'full' | 'refused';

export const trouble = holder<Trouble | null>(null);

/** Does `write`; on a full device the kept answers, which can be had again, make room for it first. Throws what remains. */
export async function keeping<T>(write: () => Promise<T>): Promise<T> {
  try {
    return noted(await write());
  } catch (error) {
    if (!isFull(error)) throw noting(error);
    try {
      await (await database()).clear('snapshots');
      return noted(await write());
    } catch (again) {
      throw noting(again);
    }
  }
}

function noted<T>(result: T): T {
  trouble.set(null);
  return result;
}

function noting(error: unknown): unknown {
  trouble.set(isFull(error) ? 'full' : 'refused');
  return error;
}

function isFull(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'QuotaExceededError';
}

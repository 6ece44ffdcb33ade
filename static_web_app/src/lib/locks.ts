/** One tab at a time: Web Locks where the browser has them, a queue in this tab where it does not. */

const queues = new Map<string, Promise<unknown>>();

/** Runs `work` while no other tab runs work under the same name. */
export async function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  // `locks` is typed as always there, but is missing outside secure contexts.
  const locks = navigator.locks as LockManager | null | undefined;
  if (locks != null) return await locks.request(name, work);
  const before = queues.get(name) ?? Promise.resolve();
  const mine = before.then(work, work);
  queues.set(name, mine.catch(() => undefined));
  return mine;
}

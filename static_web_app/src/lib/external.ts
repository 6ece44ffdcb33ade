/** A value outside React that components can follow. */
import { useSyncExternalStore } from 'react';

export interface Holder<T> {
  get(): T;
  set(next: T): void;
  follow(listener: () => void): () => void;
}

/** Holds one value and tells every follower when it is replaced. */
export function holder<T>(first: T): Holder<T> {
  let value = first;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
    follow: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The current value of a holder; the component renders again when it changes. */
export function useHeld<T>(held: Holder<T>): T {
  return useSyncExternalStore(held.follow, held.get);
}

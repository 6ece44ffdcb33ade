/** The service worker: keeps the app on the device, and tells when a newer one is ready. Never reloads by itself. */
import { holder } from '../lib/external';
import { written } from '../training/liveStore';

declare global {
  interface Window {
    /** Absent in browsers that do not know of Trusted Types; there any address may be registered. */
    trustedTypes?: { createPolicy(name: string, rules: { createScriptURL(address: string): string }): { createScriptURL(address: string): string } };
  }
}

const WORKER = '/sw.js';

/** A newer version waits to take over. */
export const updateReady = holder<ServiceWorker | null>(null);

const HOUR_MS = 3600 * 1000;

/** Registers the worker in production builds and looks for a newer one hourly and on return. */
export function followUpdates(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  void navigator.serviceWorker.register(trusted(WORKER)).then((registration) => {
    const offer = (worker: ServiceWorker | null): void => {
      if (worker !== null && navigator.serviceWorker.controller !== null) updateReady.set(worker);
    };
    offer(registration.waiting);
    registration.addEventListener('updatefound', () => {
      const worker = registration.installing;
      worker?.addEventListener('statechange', () => {
        if (worker.state === 'installed') offer(registration.waiting);
      });
    });
    const look = (): void => void registration.update().catch(() => undefined);
    setInterval(look, HOUR_MS);
    globalThis.addEventListener('focus', look);
  }, () => undefined);
}

/** The address as the page's policy wants it: it lets scripts come from nowhere but what `vigor` names, which is this one. */
function trusted(address: typeof WORKER): string {
  const policy = globalThis.window.trustedTypes?.createPolicy('vigor', { createScriptURL: () => WORKER });
  return policy === undefined ? address : policy.createScriptURL(address);
}

/** Lets the newer version take over and loads it, once everything entered here is on the device. */
export async function applyUpdate(): Promise<void> {
  const worker = updateReady.get();
  if (worker === null) return;
  await written();
  navigator.serviceWorker.addEventListener('controllerchange', () => globalThis.location.reload(), { once: true });
  worker.postMessage({ type: 'SKIP_WAITING' });
}

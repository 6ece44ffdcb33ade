/** The browser's offer to put the app on the home screen, held until the person has trained enough to want it. */
import { holder } from './external';

/** Not yet in the DOM types. */
export interface InstallOffer extends Event {
  prompt(): Promise<unknown>;
}

export const installOffer = holder<InstallOffer | null>(null);

/** Catches the offer, which comes once and early. */
export function followInstallOffer(): void {
  globalThis.addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    installOffer.set(event as InstallOffer);
  });
  globalThis.addEventListener('appinstalled', () => installOffer.set(null));
}

/** Whether the app runs from the home screen already. */
export function isInstalled(): boolean {
  return matchMedia('(display-mode: standalone)').matches || (navigator as { standalone?: boolean }).standalone === true;
}

/** iPhones and iPads make no offer; there it is done by hand. An iPad says that it is a Mac, with a touch screen. */
export function isApple(): boolean {
  return /iPhone|iPad|iPod/.test(navigator.userAgent) || (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);
}

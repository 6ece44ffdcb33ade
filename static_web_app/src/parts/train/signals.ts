/** What the device does during a session: keeps the screen on, and makes itself heard and felt when a rest is over. */
import { useEffect, useState } from 'react';
import { leftOf, type Rest } from '../../lib/countdown';

const LATE_MS = 120_000;
let audio: AudioContext | null = null;
/** The deadline last told of, so that moving to another exercise does not tell it again. */
let told: number | null = null;

/** Browsers allow sound only after a tap, so the first one anywhere prepares it; a reload asks for one again. */
export function useSoundFromFirstTap(): void {
  useEffect(() => {
    const allow = (): void => {
      audio ??= typeof AudioContext === 'undefined' ? null : new AudioContext();
      if (audio?.state !== 'running') void audio?.resume().catch(() => undefined);
    };
    document.addEventListener('pointerdown', allow);
    document.addEventListener('keydown', allow);
    return () => {
      document.removeEventListener('pointerdown', allow);
      document.removeEventListener('keydown', allow);
    };
  }, []);
}

function alertRestOver(): void {
  // Not every device can vibrate, whatever the types say.
  if ('vibrate' in navigator) navigator.vibrate([180, 90, 180]);
  if (audio === null || audio.state !== 'running') return;
  [0, 0.22].forEach((delay, index) => beep(audio as AudioContext, delay, index === 0 ? 660 : 880));
}

function beep(context: AudioContext, delay: number, frequency: number): void {
  const at = context.currentTime + delay;
  const tone = context.createOscillator();
  const loudness = context.createGain();
  tone.frequency.value = frequency;
  loudness.gain.setValueAtTime(0.0001, at);
  loudness.gain.exponentialRampToValueAtTime(0.25, at + 0.02);
  loudness.gain.exponentialRampToValueAtTime(0.0001, at + 0.18);
  tone.connect(loudness).connect(context.destination);
  tone.start(at);
  tone.stop(at + 0.2);
}

/** Seconds left of a rest, told four times a second; signals once when it is over, also on coming back soon after. */
export function useRest(rest: Rest | null): number | null {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (rest === null) return;
    const look = (): void => {
      const moment = Date.now();
      setNow(moment);
      const visible = document.visibilityState === 'visible';
      if (visible && moment >= rest.endsAt && moment - rest.endsAt < LATE_MS && told !== rest.endsAt) {
        told = rest.endsAt;
        alertRestOver();
      }
    };
    look();
    const timer = setInterval(look, 250);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [rest]);
  return rest === null ? null : leftOf(rest, now);
}

/** Keeps the screen on while mounted, and again after coming back; quietly nothing where that is not possible. */
export function useWakeLock(): void {
  useEffect(() => {
    // Missing on older devices and outside secure contexts, whatever the types say.
    const wake = navigator.wakeLock as WakeLock | undefined;
    let held: WakeLockSentinel | null = null;
    let over = false;
    async function take(): Promise<void> {
      if (wake === undefined || document.visibilityState !== 'visible' || (held !== null && !held.released)) return;
      const got = await wake.request('screen').catch(() => null);
      if (over) await got?.release();
      else held = got;
    }
    const retake = (): void => void take();
    retake();
    document.addEventListener('visibilitychange', retake);
    return () => {
      over = true;
      document.removeEventListener('visibilitychange', retake);
      void held?.release();
    };
  }, []);
}

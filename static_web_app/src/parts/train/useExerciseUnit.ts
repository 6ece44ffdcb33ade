/** The unit of one exercise: machines in one gym may be marked in pounds and plates in kilograms. Kept on this device. */
import { useCallback } from 'react';
import type { Units } from '../../api/types';
import { holder, useHeld } from '../../lib/external';
import { keep, readKept } from '../../lib/kept';
import { useUnit } from '../useProfile';

const NAME = 'vigor.units';
type Chosen = Readonly<Record<string, Units>>;

const chosen = holder<Chosen>(read());

function read(): Chosen {
  try {
    return JSON.parse(readKept(NAME) ?? '{}') as Chosen;
  } catch {
    return {};
  }
}

export function useExerciseUnit(exercise: string): { unit: Units; choose: (unit: Units) => void } {
  const usual = useUnit();
  const all = useHeld(chosen);
  return {
    unit: all[exercise] ?? usual,
    choose: useCallback(
      (unit) => {
        const next = { ...chosen.get(), [exercise]: unit };
        keep(NAME, JSON.stringify(next));
        chosen.set(next);
      },
      [exercise],
    ),
  };
}

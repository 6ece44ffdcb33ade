/** Exercises by name in the person's language, from the catalogue this device keeps; so without a network too. */
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { exercisesQuery } from '../api/queries';
import type { Exercise } from '../api/types';
import { nameIn, type Named } from '../i18n/exercise';
import { useText } from '../i18n/text';

/** Gives the name for an id, or for an English name where there is no id; `written` is what stands in a plan or log,
 * for what the catalogue does not know. */
export type NameOf = (id: string | null | undefined, written?: string | null) => Named;

const byId = new WeakMap<readonly Exercise[], Map<string, Exercise>>();

/** `wanted` says who needs the catalogue: everybody, or only those whose language the answers are not in. */
export function useExerciseNames(wanted: 'always' | 'translated' = 'always'): NameOf {
  const { language } = useText();
  const { data } = useQuery({ ...exercisesQuery, enabled: wanted === 'always' || language !== 'en' });
  return useCallback(
    (id, written) => {
      const known = id == null || data === undefined ? undefined : indexed(data).get(id);
      if (known !== undefined) return nameIn(language, known);
      if (id == null) return { name: written ?? '', lang: undefined };
      return { name: written ?? id.replaceAll(/[-_]/g, ' ').replace(/^./, (first) => first.toUpperCase()), lang: language === 'en' ? undefined : 'en' };
    },
    [data, language],
  );
}

function indexed(all: readonly Exercise[]): Map<string, Exercise> {
  let index = byId.get(all);
  if (index === undefined) byId.set(all, (index = new Map(all.flatMap((one) => [[one.id, one], [one.name, one]]))));
  return index;
}

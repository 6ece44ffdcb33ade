/** Why an exercise is in a plan: what it trains, as the catalogue has it. */
import { useQuery } from '@tanstack/react-query';
import { exercisesQuery } from '../api/queries';
import { muscleWords } from '../i18n/muscles';
import { planWords } from '../i18n/plan';
import { both, useWords } from '../i18n/text';

const words = both(planWords, muscleWords);
const KINDS = ['compound', 'isolation', 'conditioning', 'power', 'mobility'] as const;

/** A sentence, or null for what the catalogue does not know or has not told yet. */
export function useWhy(exerciseId: string): string | null {
  const { t, list, language } = useWords(words);
  const { data } = useQuery(exercisesQuery);
  const known = data?.find((one) => one.id === exerciseId);
  const kind = KINDS.find((one) => one === known?.kind);
  if (known === undefined || kind === undefined) return null;
  const named = (muscles: typeof known.primary): string => list(muscles.map((muscle) => (language === 'en' ? t(`muscle.${muscle}`).toLowerCase() : t(`muscle.${muscle}`))));
  const sentence = t(`why.${kind}`, { muscles: named(known.primary) });
  return known.secondary.length === 0 ? sentence : `${sentence} ${t('why.also', { muscles: named(known.secondary) })}`;
}

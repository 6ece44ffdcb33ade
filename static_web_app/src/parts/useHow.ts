/** How a planned exercise is done: the catalogue's cue in the person's language where the plan took its own from there. */
import { useQuery } from '@tanstack/react-query';
import { exercisesQuery } from '../api/queries';
import type { Plan, PlanDay, PlannedExercise } from '../api/types';
import { planWords } from '../i18n/plan';
import { useWords } from '../i18n/text';
import { langOf } from './SourceLine';

/** The words and, where it is not the page's, their language; null where the plan says nothing. */
export function useHow(plan: Plan, day: PlanDay, exercise: PlannedExercise): { text: string; lang: 'en' | undefined } | null {
  const { t, language } = useWords(planWords);
  const known = useQuery(exercisesQuery).data?.find((one) => one.id === exercise.exercise_id);
  const written = exercise.notes ?? '';
  if (written === '') return null;
  const cue = language === 'en' ? undefined : known?.translations?.[language]?.cues[0];
  // A note that does not begin with the catalogue's cue is somebody's own and stays as it was written.
  if (known === undefined || cue === undefined || !written.startsWith(known.cues[0] ?? '')) return { text: written, lang: langOf(plan.source) };
  const said = [cue];
  if (known.unilateral) said.push(t('how.bothSides'));
  if (exercise.superset != null) {
    const last = day.exercises.findLast((one) => one.superset === exercise.superset) === exercise;
    said.push(t(last ? 'how.groupLast' : 'how.groupInside'));
  }
  return { text: said.join(' '), lang: undefined };
}

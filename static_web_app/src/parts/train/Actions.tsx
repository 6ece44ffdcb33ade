/** What else can be done with an exercise: another set, a swap, its unit and measure, or without it. */
import { chakra } from '@chakra-ui/react';
import { ArrowLeftRight, Plus, RefreshCw, Trash2 } from 'lucide-react';
import { lazy, memo, Suspense, useState, type ReactNode } from 'react';
import type { Exercise, Units } from '../../api/types';
import { nameIn } from '../../i18n/exercise';
import { useWords } from '../../i18n/text';
import { trainWords } from '../../i18n/train';
import * as training from '../../training/live';
import type { LiveExercise, LiveSession } from '../../training/live';
import { changeLive, liveSession } from '../../training/liveStore';
import { Button } from '../../ui/Button';
import { Row } from '../../ui/layout';
import { QuietUndo, say } from '../../ui/toast';
import { useExerciseNames } from '../useExerciseNames';

const ExercisePicker = lazy(() => import('../ExercisePicker').then((found) => ({ default: found.ExercisePicker })));

const MEASURES: readonly training.Measure[] = ['reps', 'time', 'distance'];
const Measured = chakra('select', { base: { minH: '11', px: '3', rounded: 'md', bg: 'transparent', color: 'brandText', fontSize: 'sm', fontWeight: '600', cursor: 'pointer' } });

interface ActionsProps {
  exerciseKey: string;
  name: string;
  measure: training.Measure;
  known: Exercise | undefined;
  unit: Units;
  onUnit: (unit: Units) => void;
}

/** Told only what it shows, so that logging a set does not draw it again. */
export const Actions = memo(function Actions({ exerciseKey, name, measure, known, unit, onUnit }: ActionsProps): ReactNode {
  const { t, language } = useWords(trainWords);
  const [swapping, setSwapping] = useState(false);
  const onChange = (change: (one: LiveExercise) => LiveExercise): void => changeLive((now) => training.onExercise(now, exerciseKey, change));
  return (
    <Row gap="1">
      <Button look="ghost" size="sm" onClick={() => onChange(training.addSet)}><Plus size={18} aria-hidden="true" />{t('set.add')}</Button>
      <Button look="ghost" size="sm" onClick={() => setSwapping(true)}><RefreshCw size={16} aria-hidden="true" />{t('plan.swap')}</Button>
      <Button look="ghost" size="sm"
        onClick={() => {
          const place = liveSession.get()?.exercises.findIndex((one) => one.key === exerciseKey) ?? -1;
          const gone = liveSession.get()?.exercises[place];
          if (gone === undefined) return;
          changeLive((now) => training.removeExercise(now, exerciseKey));
          say(t('live.removed', { name }), () => changeLive((now) => ({ ...now, exercises: now.exercises.toSpliced(place, 0, gone), at: exerciseKey })));
        }}>
        <Trash2 size={16} aria-hidden="true" />
        {t('action.remove')}
      </Button>
      <Button look="ghost" size="sm" aria-label={t('set.unit', { unit, other: unit === 'kg' ? 'lb' : 'kg' })} onClick={() => onUnit(unit === 'kg' ? 'lb' : 'kg')}>
        <ArrowLeftRight size={16} aria-hidden="true" />
        {unit}
      </Button>
      {(known === undefined || known.timed) && (
        <Measured aria-label={t('set.measure')} value={measure} onChange={(event) => onChange((one) => training.measureBy(one, event.target.value as training.Measure))}>
          {MEASURES.map((measure) => <option key={measure} value={measure}>{t(`set.measure.${measure}`)}</option>)}
        </Measured>
      )}
      {swapping && (
        <Suspense>
          <ExercisePicker title={t('plan.swapTitle', { name })} like={known} onClose={() => setSwapping(false)}
            onPick={(other) => {
              setSwapping(false);
              const old = liveSession.get()?.exercises.find((one) => one.key === exerciseKey);
              if (old === undefined) return;
              changeLive((now) => training.swapExercise(now, exerciseKey, other));
              const came = liveSession.get()?.at ?? '';
              say(t('plan.swappedFor', { name: nameIn(language, other).name }), () => changeLive((now) => training.unswap(now, came, old)));
            }} />
        </Suspense>
      )}
    </Row>
  );
});

/** In the place of the dock once every set of the exercise is done: on to the next one, or the end. */
export function AllDone({ live, exercise, onAddSet, onFinish }: { live: LiveSession; exercise: LiveExercise; onAddSet: () => void; onFinish: () => void }): ReactNode {
  const { t } = useWords(trainWords);
  const nameOf = useExerciseNames();
  const open = live.exercises.find((one) => one.key !== exercise.key && one.sets.some((set) => set.doneAt === null));
  return (
    <Row gap="3" flexWrap="nowrap">
      <QuietUndo />
      <Button look="outline" size="lg" onClick={onAddSet}>{t('set.add')}</Button>
      {open === undefined
        ? <Button size="lg" flex="1" onClick={onFinish}>{t('live.finish')}</Button>
        : <Button size="lg" flex="1" onClick={() => changeLive((now) => ({ ...now, at: open.key }))}>{t('live.nextExercise', { name: nameOf(open.exerciseId, open.name).name })}</Button>}
    </Row>
  );
}

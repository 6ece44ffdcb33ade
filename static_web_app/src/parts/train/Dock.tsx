/** Where the thumb is: the current set's numbers, its effort, the plates, and one large button. */
import { Box, chakra } from '@chakra-ui/react';
import { Check, Diff, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Profile, SetKind, Units } from '../../api/types';
import { useWords } from '../../i18n/text';
import { trainWords } from '../../i18n/train';
import { stepOf, toDisplay, toKg, toLoad } from '../../lib/units';
import { isFilled, isProposed, measureOf, type LiveExercise, type LiveSet } from '../../training/live';
import { Button, IconButton } from '../../ui/Button';
import { Label, Row } from '../../ui/layout';
import { QuietUndo } from '../../ui/toast';
import { Plates } from './Plates';
import { Stepper } from './Stepper';

const RPES = [6, 6.5, 7, 7.5, 8, 8.5, 9, 9.5, 10] as const;
const KINDS: readonly SetKind[] = ['working', 'warm_up', 'drop', 'failure'];

const Small = chakra('select', {
  base: { minH: '11', minW: '0', flex: '1', px: '3', rounded: 'md', bg: 'sunken', color: 'ink', fontSize: 'sm', fontWeight: '600', cursor: 'pointer', border: '1.5px solid transparent' },
});

interface DockProps {
  exercise: LiveExercise;
  set: LiveSet;
  unit: Units;
  profile: Profile | undefined;
  barbell: boolean;
  /** Whether the weight may also help: moved by one's own body. */
  ownBody: boolean;
  onEdit: (values: Partial<Omit<LiveSet, 'key'>>) => void;
  onDone: () => void;
  onUndone: () => void;
  onRemove: () => void;
}

export function Dock({ exercise, set, unit, profile, barbell, ownBody, onEdit, onDone, onUndone, onRemove }: DockProps): ReactNode {
  const { t, number } = useWords(trainWords);
  const done = set.doneAt !== null;
  const far = measureOf(exercise) === 'distance';
  return (
    <Box display="flex" flexDirection="column" gap="2.5">
      <Box display="flex" gap="2.5">
        <Stepper label={t('set.weight', { unit })} value={set.weightKg === null ? null : (isProposed(set) ? toLoad : toDisplay)(set.weightKg, unit)} step={stepOf(unit)}
          onValue={(value) => onEdit({ weightKg: value === null ? null : toKg(value, unit) })} />
        {exercise.timed || far || set.seconds !== null
          ? <Stepper label={t('set.seconds')} value={set.seconds} step={5} least={0} mode="numeric" onValue={(seconds) => onEdit({ seconds: seconds === null ? null : Math.round(seconds) })} />
          : <Stepper label={t('set.reps')} value={set.reps} step={1} least={0} mode="numeric" onValue={(reps) => onEdit({ reps: reps === null ? null : Math.round(reps) })} />}
      </Box>
      {far && <Stepper label={t('set.distance')} value={set.distanceM} step={10} least={0} onValue={(distanceM) => onEdit({ distanceM })} />}
      {barbell && <Plates weightKg={set.weightKg} unit={unit} profile={profile} />}
      <Row gap="2" flexWrap="nowrap">
        <Label as="label" display="contents">
          <chakra.span srOnly>{t('set.rpe')}</chakra.span>
          <Small value={set.rpe === null ? '' : String(set.rpe)} onChange={(event) => onEdit({ rpe: event.target.value === '' ? null : Number(event.target.value) })}>
            <option value="">{t('set.rpeOptional')}</option>
            {RPES.map((rpe) => <option key={rpe} value={rpe}>{`RPE ${number(rpe)}`}</option>)}
          </Small>
        </Label>
        <Label as="label" display="contents">
          <chakra.span srOnly>{t('set.kind')}</chakra.span>
          <Small value={set.kind} onChange={(event) => onEdit({ kind: event.target.value as SetKind })}>
            {KINDS.map((kind) => <option key={kind} value={kind}>{t(`set.kind.${kind}`)}</option>)}
          </Small>
        </Label>
        {ownBody && (
          <IconButton label={t('set.assisted')} aria-pressed={(set.weightKg ?? 0) < 0} disabled={(set.weightKg ?? 0) === 0} onClick={() => onEdit({ weightKg: -(set.weightKg ?? 0) })}>
            <Diff size={19} />
          </IconButton>
        )}
        <IconButton label={t('set.remove')} onClick={onRemove} color="muted">
          <Trash2 size={19} />
        </IconButton>
      </Row>
      <Row gap="2.5" flexWrap="nowrap">
        <QuietUndo />
        {done
          ? <Button look="outline" size="lg" wide onClick={onUndone}>{t('set.notDone')}</Button>
          : (
          <Button size="lg" wide onClick={onDone} disabled={!isFilled(set)}>
            <Check size={22} strokeWidth={2.6} aria-hidden="true" />
            {t('set.log')}
          </Button>
        )}
      </Row>
    </Box>
  );
}

/** The sets of one exercise: last time, this time, and which one is next. */
import { Box, chakra } from '@chakra-ui/react';
import { Check, Circle } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import type { Units } from '../../api/types';
import { useWords } from '../../i18n/text';
import { trainWords } from '../../i18n/train';
import { isProposed, type LiveExercise, type LiveSet } from '../../training/live';
import { Label, Num } from '../../ui/layout';
import { doneOf } from '../target';

const Line = chakra('button', {
  base: {
    display: 'grid', gridTemplateColumns: '2.4rem minmax(0, 1fr) minmax(0, 1.15fr) 2rem', alignItems: 'center', gap: '2', w: 'full', minH: '12', px: '2.5', py: '2', rounded: 'md',
    textAlign: 'start', cursor: 'pointer', border: '1.5px solid transparent', fontSize: 'sm', _hover: { bg: 'sunken' },
    // By attribute and not by class, so that a tap needs no new style rules, which would cost a whole page's layout.
    '& .now': { fontWeight: '500', color: 'muted' }, '&:is([data-done], [aria-current]) .now': { fontWeight: '680', color: 'ink' },
    '&[data-done] .tick': { bg: 'brand', color: 'onBrand' },
    '&[aria-current]': { borderColor: 'brandText', bg: 'brandSoft', _hover: { bg: 'brandSoft' } },
  },
});

interface SetRowsProps {
  exercise: LiveExercise;
  selected: string | null;
  unit: Units;
  onSelect: (key: string) => void;
}

export function SetRows({ exercise, selected, unit, onSelect }: SetRowsProps): ReactNode {
  const { t } = useWords(trainWords);
  const ordinals = new Map(exercise.sets.filter((one) => one.kind !== 'warm_up').map((one, index) => [one, index]));
  return (
    <Box>
      <Box aria-hidden="true" display="grid" gridTemplateColumns="2.4rem minmax(0, 1fr) minmax(0, 1.15fr) 2rem" gap="2" px="2.5" pb="1">
        <Label>{t('set.set')}</Label>
        <Label>{t('set.last')}</Label>
        <Label>{t('set.now')}</Label>
        <span />
      </Box>
      <Box as="ol" listStyleType="none" p="0" display="flex" flexDirection="column" gap="1">
        {exercise.sets.map((set) => (
          <li key={set.key}>
            <SetRow set={set} ordinal={ordinals.get(set) ?? null} last={lastOf(exercise, ordinals.get(set))} unit={unit} selected={set.key === selected} onSelect={onSelect} />
          </li>
        ))}
      </Box>
    </Box>
  );
}

type Previous = LiveExercise['previous'][number];

const lastOf = (exercise: LiveExercise, ordinal: number | undefined): Previous | undefined => (ordinal === undefined ? undefined : exercise.previous[ordinal]);

interface SetRowProps {
  set: LiveSet;
  /** Its place among the sets that are no warm-ups. */
  ordinal: number | null;
  last: Previous | undefined;
  unit: Units;
  selected: boolean;
  onSelect: (key: string) => void;
}

/** Drawn again only when it changed itself: a tap logs one set of many. */
const SetRow = memo(function SetRow({ set, ordinal, last, unit, selected, onSelect }: SetRowProps): ReactNode {
  const text = useWords(trainWords);
  const { t } = text;
  const warm = ordinal === null;
  const done = set.doneAt !== null;
  const name = warm ? t('set.warmUpShort') : set.kind === 'working' ? String((ordinal ?? 0) + 1) : t(set.kind === 'drop' ? 'set.short.drop' : 'set.short.failure');
  const now = doneOf({ weight_kg: set.weightKg, reps: set.reps, seconds: set.seconds, distance_m: set.distanceM, rpe: set.rpe }, unit, isProposed(set) ? { ...text, weight: text.load } : text);
  const before = last === undefined ? '–' : doneOf(last, unit, text);
  return (
    <Line type="button" data-done={done ? '' : undefined} aria-current={selected ? 'step' : undefined} onClick={() => onSelect(set.key)}>
      <Box as="span" fontWeight="680" color={warm ? 'warn' : 'ink'}><chakra.span srOnly>{t('set.set')} </chakra.span>{name}<chakra.span srOnly>{warm && ` ${t('set.warmUp')}`}, {t(done ? 'set.wasDone' : 'set.isPlanned')}</chakra.span></Box>
      <Num color="muted" whiteSpace="normal"><chakra.span srOnly>{t('set.last')} </chakra.span>{before}</Num>
      <Num className="now" whiteSpace="normal"><chakra.span srOnly>{t('set.now')} </chakra.span>{now}</Num>
      <Box as="span" className="tick" display="grid" placeItems="center" w="7" h="7" rounded="full" color="edge">
        {done ? <Check size={17} strokeWidth={3} aria-hidden="true" /> : <Circle size={20} aria-hidden="true" />}
      </Box>
    </Line>
  );
});

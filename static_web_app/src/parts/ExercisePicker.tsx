/** Finding an exercise by name, offline too; what nobody knows can be added by its own name. */
import { Box, chakra } from '@chakra-ui/react';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo, useState, type ReactNode } from 'react';
import { exercisesQuery } from '../api/queries';
import type { Exercise } from '../api/types';
import { folded, nameIn, namesOf } from '../i18n/exercise';
import { muscleWords } from '../i18n/muscles';
import { useWords, type Language } from '../i18n/text';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { TextField } from '../ui/Field';
import { Loaded } from '../ui/feedback';
import { Muted, P } from '../ui/layout';

const SHOWN = 40;

const Line = chakra('button', {
  base: { w: 'full', textAlign: 'start', minH: '12', px: '3', py: '2', rounded: 'md', cursor: 'pointer', _hover: { bg: 'sunken' } },
});

interface PickerProps {
  title: string;
  /** Muscles or names to put first, from what is being replaced. */
  like?: Exercise;
  onPick: (exercise: Exercise) => void;
  onOwn?: (name: string) => void;
  onClose: () => void;
}

export function ExercisePicker({ title, like, onPick, onOwn, onClose }: PickerProps): ReactNode {
  const { t } = useWords(muscleWords);
  const query = useQuery(exercisesQuery);
  const [text, setText] = useState('');
  const wanted = useDeferredValue(text);
  const own = text.trim();
  return (
    <Dialog title={title} onClose={onClose}>
      <TextField name="search" type="search" label={t('picker.search')} value={text} onValue={setText} autoComplete="off" />
      <Loaded query={query}>{(all) => <Found all={all} wanted={wanted} like={like} onPick={onPick} />}</Loaded>
      {onOwn !== undefined && own !== '' && (
        <Button look="outline" onClick={() => onOwn(own)}>
          {t('picker.own', { name: own })}
        </Button>
      )}
    </Dialog>
  );
}

function Found({ all, wanted, like, onPick }: { all: readonly Exercise[]; wanted: string; like: Exercise | undefined; onPick: (exercise: Exercise) => void }): ReactNode {
  const { t, language } = useWords(muscleWords);
  const found = useMemo(() => rank(all, wanted, like, language), [all, wanted, like, language]);
  if (found.length === 0) return <Muted>{t('picker.none')}</Muted>;
  return (
    <Box as="ul" listStyleType="none" p="0" maxH="46vh" overflowY="auto" mx="-2">
      {found.slice(0, SHOWN).map((one) => (
        <li key={one.id}>
          <Line type="button" onClick={() => onPick(one)}>
            <P fontWeight="620" lang={nameIn(language, one).lang}>{nameIn(language, one).name}</P>
            <Muted>{one.primary.map((muscle) => t(`muscle.${muscle}`)).join(', ')}</Muted>
          </Line>
        </li>
      ))}
    </Box>
  );
}

const looked = new WeakMap<Exercise, string>();

/** Names that hold every word first, then other names; with nothing typed, what trains the same comes first. */
export function rank(all: readonly Exercise[], wanted: string, like?: Exercise, language: Language = 'en'): Exercise[] {
  const words = folded(wanted).split(/[\s-]+/).filter(Boolean);
  const score = (one: Exercise): number => {
    if (words.length > 0) {
      const name = folded(nameIn(language, one).name);
      if (words.every((word) => name.includes(word))) return name.startsWith(words[0] ?? '') ? 0 : 1;
      return words.every((word) => othersOf(one).includes(word)) ? 2 : 9;
    }
    if (like === undefined) return 1;
    if (one.id === like.id) return 9;
    return (one.pattern === like.pattern ? 0 : 1) + (one.primary.some((muscle) => like.primary.includes(muscle)) ? 0 : 2);
  };
  return all
    .map((one) => ({ one, name: nameIn(language, one).name, rank: score(one) }))
    .filter(({ rank: found }) => found < 9)
    .sort((a, b) => a.rank - b.rank || a.name.localeCompare(b.name, language))
    .map(({ one }) => one);
}

/** Every name of an exercise in one text; folded once, because each key typed asks all of them. */
function othersOf(one: Exercise): string {
  let names = looked.get(one);
  if (names === undefined) looked.set(one, (names = namesOf(one).join(' ')));
  return names;
}

/** The live logger: one exercise at a time, one tap a set, everything on the device the moment it changes. */
import { Box, chakra } from '@chakra-ui/react';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { lazy, memo, Suspense, useEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import { exercisesQuery, profileQuery } from '../api/queries';
import { useWords } from '../i18n/text';
import { trainWords } from '../i18n/train';
import { toKg, toLoad } from '../lib/units';
import { useHeld } from '../lib/external';
import { StorageNotice } from '../parts/StorageNotice';
import { targetOf } from '../parts/target';
import { Actions, AllDone } from '../parts/train/Actions';
import { Dock } from '../parts/train/Dock';
import { RestBar } from '../parts/train/RestBar';
import { SetRows } from '../parts/train/SetRows';
import { Ending, Top } from '../parts/train/Top';
import { useSoundFromFirstTap, useWakeLock } from '../parts/train/signals';
import { useExerciseUnit } from '../parts/train/useExerciseUnit';
import { useExerciseNames } from '../parts/useExerciseNames';
import * as training from '../training/live';
import type { LiveExercise, LiveSession } from '../training/live';
import { changeLive, liveSession } from '../training/liveStore';
import { Button, LinkButton } from '../ui/Button';
import { Field, TextArea } from '../ui/Field';
import { Empty } from '../ui/feedback';
import { Badge, H2, Muted, Num, P, Row, Stack } from '../ui/layout';
import { dockHeight, say, sayQuietly } from '../ui/toast';

const ExercisePicker = lazy(() => import('../parts/ExercisePicker').then((found) => ({ default: found.ExercisePicker })));

export default function TrainPage(): ReactNode {
  const { t } = useWords(trainWords);
  const live = useHeld(liveSession);
  if (live === null) {
    return (
      <Box as="main" p="5" maxW="page" mx="auto">
        <chakra.h1 srOnly>{t('live.title')}</chakra.h1>
        <Empty title={t('live.none')} action={<LinkButton to="/today">{t('nav.today')}</LinkButton>}>{t('live.noneBody')}</Empty>
      </Box>
    );
  }
  return <Training live={live} />;
}

function Training({ live }: { live: LiveSession }): ReactNode {
  const { t } = useWords(trainWords);
  const [picking, setPicking] = useState(false);
  const [finishing, setFinishing] = useState(false);
  const exercise = live.exercises.find((one) => one.key === live.at) ?? live.exercises[0];
  useWakeLock();
  useSoundFromFirstTap();
  return (
    <Box minH="100dvh" display="flex" flexDirection="column" maxW="page" mx="auto" w="full">
      <Top live={live} onFinish={() => setFinishing(true)} />
      <StorageNotice />
      <Strip live={live} current={exercise?.key ?? null} onAdd={() => setPicking(true)} />
      {exercise === undefined
        ? <Box as="main" p="5"><Empty title={t('live.empty')} action={<Button onClick={() => setPicking(true)}>{t('live.add')}</Button>}>{t('live.emptyBody')}</Empty></Box>
        : <Current key={exercise.key} live={live} exercise={exercise} onFinish={() => setFinishing(true)} />}
      {finishing && <Ending live={live} onClose={() => setFinishing(false)} />}
      {picking && (
        <Suspense>
          <ExercisePicker title={t('live.add')} onClose={() => setPicking(false)}
            onPick={(added) => {
              changeLive((now) => training.addExercise(now, added));
              setPicking(false);
            }}
            onOwn={(name) => {
              changeLive((now) => training.addExercise(now, { name }));
              setPicking(false);
            }} />
        </Suspense>
      )}
    </Box>
  );
}

const Tab = chakra('button', {
  base: {
    flexShrink: 0, minH: '11', px: '4', rounded: 'full', fontSize: 'sm', fontWeight: '600', cursor: 'pointer', bg: 'sunken', color: 'muted', whiteSpace: 'nowrap', display: 'inline-flex', alignItems: 'center', gap: '2',
    '&[aria-current="true"]': { bg: 'brand', color: 'onBrand' },
  },
});

function Strip({ live, current, onAdd }: { live: LiveSession; current: string | null; onAdd: () => void }): ReactNode {
  const { t } = useWords(trainWords);
  const nameOf = useExerciseNames();
  const strip = useRef<HTMLElement>(null);
  useEffect(() => {
    strip.current?.querySelector('[aria-current="true"]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [current]);
  return (
    <Box as="nav" ref={strip} aria-label={t('live.exercises')} display="flex" gap="2" overflowX="auto" px={{ base: '3', md: '6' }} py="2" scrollbarWidth="none">
      {live.exercises.map((one) => (
        <ExerciseTab key={one.key} exerciseKey={one.key} name={nameOf(one.exerciseId, one.name).name} superset={one.superset} done={training.doneCount(one)} all={one.sets.length} current={one.key === current} />
      ))}
      <Tab type="button" onClick={onAdd} aria-label={t('live.add')}>
        <Plus size={18} aria-hidden="true" />
      </Tab>
    </Box>
  );
}

interface ExerciseTabProps {
  exerciseKey: string;
  name: string;
  superset: string | null;
  done: number;
  all: number;
  current: boolean;
}

const ExerciseTab = memo(function ExerciseTab({ exerciseKey, name, superset, done, all, current }: ExerciseTabProps): ReactNode {
  return (
    <Tab type="button" aria-current={current ? 'true' : undefined} onClick={() => changeLive((now) => ({ ...now, at: exerciseKey }))}>
      {superset !== null && <span>{superset}</span>}
      {name}
      <Num fontWeight="500">{`${String(done)}/${String(all)}`}</Num>
    </Tab>
  );
});

function Current({ live, exercise, onFinish }: { live: LiveSession; exercise: LiveExercise; onFinish: () => void }): ReactNode {
  const text = useWords(trainWords);
  const { t } = text;
  const profile = useQuery(profileQuery).data;
  const { unit, choose } = useExerciseUnit(exercise.exerciseId ?? exercise.name);
  const known = useQuery(exercisesQuery).data?.find((one) => one.id === exercise.exerciseId);
  const named = useExerciseNames()(exercise.exerciseId, exercise.name);
  const [chosen, setChosen] = useState<string | null>(null);
  const dock = useDockHeight();
  const next = exercise.sets.find((set) => set.doneAt === null) ?? null;
  const set = exercise.sets.find((one) => one.key === chosen) ?? next;
  const onThis = (change: (one: LiveExercise) => LiveExercise): void => changeLive((now) => training.onExercise(now, exercise.key, change));

  function done(): void {
    if (set === null) return;
    const { key, weightKg } = set;
    // What was shown is what is logged.
    const shown = training.isProposed(set) && weightKg !== null ? toKg(toLoad(weightKg, unit), unit) : weightKg;
    onThis((one) => ({ ...one, sets: one.sets.map((other) => (other.key === key ? { ...other, weightKg: shown } : other)) }));
    changeLive((now) => training.doSet(now, exercise.key, key, Date.now()));
    setChosen(null);
    sayQuietly(t('set.logged'), () => changeLive((now) => ({ ...training.undoSet(now, exercise.key, key), at: exercise.key })));
  }

  return (
    <>
      <Box as="main" flex="1" px={{ base: '4', md: '6' }} pt="3" pb="4">
        <Stack gap="4">
          <Box>
            <Row gap="2">
              <H2 fontSize="2xl" letterSpacing="-0.035em" lang={named.lang}>{named.name}</H2>
              {exercise.superset !== null && <Badge tone="info">{t('plan.superset', { name: exercise.superset })}</Badge>}
            </Row>
            {exercise.target !== null && (
              <P fontWeight="640" color="brandText" mt="1">
                {t('live.target', { target: targetOf({ ...exercise.target, sets: exercise.sets.filter((one) => one.kind !== 'warm_up').length }, unit, text) })}
              </P>
            )}
            {exercise.target !== null && exercise.target.why !== '' && <Muted mt="1" lang="en">{exercise.target.why}</Muted>}
          </Box>
          <SetRows exercise={exercise} selected={set?.key ?? null} unit={unit} onSelect={setChosen} />
          <Actions exerciseKey={exercise.key} name={named.name} measure={training.measureOf(exercise)} known={known} unit={unit} onUnit={choose} />
          <Notes exerciseKey={exercise.key} value={exercise.notes} />
        </Stack>
      </Box>
      <Box as="section" aria-label={t('live.dock')} ref={dock} position="sticky" bottom="0" zIndex="20" bg="surface" borderTop="1px solid" borderColor="line" roundedTop="xl" px={{ base: '4', md: '6' }} pt="3" pb="max(0.75rem, env(safe-area-inset-bottom))" boxShadow="float">
        <Stack gap="3" maxW="36rem" mx="auto">
          <RestBar rest={live.rest} />
          {set === null
            ? <AllDone live={live} exercise={exercise} onFinish={onFinish} onAddSet={() => onThis(training.addSet)} />
            : (
              <Dock exercise={exercise} set={set} unit={unit} profile={profile} barbell={known?.load === 'barbell'} ownBody={known === undefined || known.load === 'bodyweight' || (set.weightKg ?? 0) < 0}
                onEdit={(values) => onThis((one) => training.editSet(one, set.key, values))}
                onDone={done}
                onUndone={() => {
                  changeLive((now) => training.undoSet(now, exercise.key, set.key));
                  setChosen(null);
                }}
                onRemove={() => {
                  const place = exercise.sets.indexOf(set);
                  onThis((one) => training.removeSet(one, set.key));
                  setChosen(null);
                  say(t('set.removed'), () => onThis((one) => ({ ...one, sets: one.sets.toSpliced(place, 0, set) })));
                }} />
            )}
        </Stack>
      </Box>
    </>
  );
}

const Notes = memo(function Notes({ exerciseKey, value }: { exerciseKey: string; value: string }): ReactNode {
  const { t } = useWords(trainWords);
  return (
    <>
      <Field label={t('live.notes')}>
        {(described) => (
          <TextArea {...described} minH="12" name="exercise-notes" maxLength={2000} value={value}
            onChange={(event) => changeLive((now) => training.onExercise(now, exerciseKey, (one) => ({ ...one, notes: event.target.value })))} />
        )}
      </Field>
      <Muted fontSize="xs">{t('live.locked')}</Muted>
    </>
  );
});

/** Tells messages how high the dock stands, so that they appear above it. */
function useDockHeight(): RefObject<HTMLDivElement | null> {
  const dock = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = dock.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => dockHeight.set(element.offsetHeight));
    observer.observe(element);
    return () => {
      observer.disconnect();
      dockHeight.set(null);
    };
  }, []);
  return dock;
}

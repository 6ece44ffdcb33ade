/** The live logger: one exercise at a time, one tap a set, everything on the device the moment it changes. */
import { Box, chakra } from '@chakra-ui/react';
import { useQuery } from '@tanstack/react-query';
import { ChevronDown, Plus, RefreshCw, Trash2 } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import { useNavigate } from 'react-router';
import { exercisesQuery, profileQuery } from '../api/queries';
import type { Exercise } from '../api/types';
import { useText } from '../i18n/text';
import { clockOf } from '../lib/countdown';
import { useHeld } from '../lib/external';
import { outbox } from '../offline/queue';
import { ExercisePicker } from '../parts/ExercisePicker';
import { targetOf } from '../parts/target';
import { Dock } from '../parts/train/Dock';
import { FinishDialog } from '../parts/train/FinishDialog';
import { RestBar } from '../parts/train/RestBar';
import { SetRows } from '../parts/train/SetRows';
import { allowSound, useWakeLock } from '../parts/train/signals';
import * as training from '../training/live';
import type { LiveExercise, LiveSession } from '../training/live';
import { changeLive, dropLive, liveSession, putLive } from '../training/liveStore';
import { Button, IconButton, LinkButton } from '../ui/Button';
import { Field, TextArea } from '../ui/Field';
import { Empty } from '../ui/feedback';
import { Badge, H2, Muted, Num, P, Row, Stack } from '../ui/layout';
import { say } from '../ui/toast';

export default function TrainPage(): ReactNode {
  const { t } = useText();
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
  const { t } = useText();
  const [picking, setPicking] = useState(false);
  const exercise = live.exercises.find((one) => one.key === live.at) ?? live.exercises[0];
  useWakeLock();
  return (
    <Box minH="100dvh" display="flex" flexDirection="column" maxW="page" mx="auto" w="full">
      <Top live={live} />
      <Strip live={live} current={exercise?.key ?? null} onAdd={() => setPicking(true)} />
      {exercise === undefined
        ? <Box as="main" p="5"><Empty title={t('live.empty')} action={<Button onClick={() => setPicking(true)}>{t('live.add')}</Button>}>{t('live.emptyBody')}</Empty></Box>
        : <Current key={exercise.key} live={live} exercise={exercise} />}
      {picking && (
        <ExercisePicker title={t('live.add')} onClose={() => setPicking(false)}
          onPick={(added) => {
            changeLive((now) => training.addExercise(now, added));
            setPicking(false);
          }}
          onOwn={(name) => {
            changeLive((now) => training.addExercise(now, { name }));
            setPicking(false);
          }} />
      )}
    </Box>
  );
}

function Top({ live }: { live: LiveSession }): ReactNode {
  const { t } = useText();
  const navigate = useNavigate();
  const [finishing, setFinishing] = useState(false);
  const unit = useQuery(profileQuery).data?.units ?? 'kg';

  function finish(): void {
    const before = live;
    const log = training.toLog(live, Date.now());
    void outbox.save(log, { known: live.known }).then((seq) => {
      dropLive();
      void navigate(`/history/${log.id}`, { replace: true });
      say(t('finish.saved'), () => {
        void outbox.cancel(seq).then((taken) => {
          putLive({ ...before, known: before.known || !taken });
          void navigate('/train');
        });
      });
    });
  }

  function discard(): void {
    const before = live;
    dropLive();
    void navigate('/today', { replace: true });
    say(t('finish.discarded'), () => {
      putLive(before);
      void navigate('/train');
    });
  }

  return (
    <Row as="header" flexWrap="nowrap" gap="2" px={{ base: '2', md: '6' }} pt="max(0.5rem, env(safe-area-inset-top))" pb="1" justifyContent="space-between">
      <IconButton label={t('live.minimise')} onClick={() => void navigate('/today')}>
        <ChevronDown size={24} />
      </IconButton>
      <Box textAlign="center" minW="0">
        <chakra.h1 fontWeight="680" fontSize="sm" truncate>{live.title === '' ? t('live.title') : live.title}</chakra.h1>
        {!live.known && <Elapsed since={live.startedAt} />}
      </Box>
      <Button size="sm" look="soft" onClick={() => setFinishing(true)}>{t('live.finish')}</Button>
      {finishing && (
        <FinishDialog live={live} unit={unit} onClose={() => setFinishing(false)} onFinish={finish} onDiscard={discard}
          onChange={(values) => changeLive((now) => ({ ...now, ...values }))} />
      )}
    </Row>
  );
}

function Elapsed({ since }: { since: number }): ReactNode {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return <Num color="muted" fontSize="sm">{clockOf((now - since) / 1000)}</Num>;
}

const Tab = chakra('button', {
  base: {
    flexShrink: 0, minH: '11', px: '4', rounded: 'full', fontSize: 'sm', fontWeight: '600', cursor: 'pointer', bg: 'sunken', color: 'muted', whiteSpace: 'nowrap', display: 'inline-flex', alignItems: 'center', gap: '2',
    '&[aria-current="true"]': { bg: 'brand', color: 'onBrand' },
  },
});

function Strip({ live, current, onAdd }: { live: LiveSession; current: string | null; onAdd: () => void }): ReactNode {
  const { t } = useText();
  const strip = useRef<HTMLElement>(null);
  useEffect(() => {
    strip.current?.querySelector('[aria-current="true"]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [current]);
  return (
    <Box as="nav" ref={strip} aria-label={t('live.exercises')} display="flex" gap="2" overflowX="auto" px={{ base: '3', md: '6' }} py="2" scrollbarWidth="none">
      {live.exercises.map((one) => {
        const done = training.doneCount(one);
        return (
          <Tab key={one.key} type="button" aria-current={one.key === current ? 'true' : undefined} onClick={() => changeLive((now) => ({ ...now, at: one.key }))}>
            {one.superset !== null && <span>{one.superset}</span>}
            {one.name}
            <Num fontWeight="500" opacity="0.85">{`${String(done)}/${String(one.sets.length)}`}</Num>
          </Tab>
        );
      })}
      <Tab type="button" onClick={onAdd} aria-label={t('live.add')}>
        <Plus size={18} aria-hidden="true" />
      </Tab>
    </Box>
  );
}

function Current({ live, exercise }: { live: LiveSession; exercise: LiveExercise }): ReactNode {
  const text = useText();
  const { t } = text;
  const profile = useQuery(profileQuery).data;
  const unit = profile?.units ?? 'kg';
  const known = useQuery(exercisesQuery).data?.find((one) => one.id === exercise.exerciseId);
  const [chosen, setChosen] = useState<string | null>(null);
  const dock = useDockHeight();
  const next = exercise.sets.find((set) => set.doneAt === null) ?? null;
  const set = exercise.sets.find((one) => one.key === chosen) ?? next;
  const onThis = (change: (one: LiveExercise) => LiveExercise): void => changeLive((now) => training.onExercise(now, exercise.key, change));

  function done(): void {
    if (set === null) return;
    allowSound();
    const { key } = set;
    changeLive((now) => training.doSet(now, exercise.key, key, Date.now()));
    setChosen(null);
    say(t('set.logged'), () => changeLive((now) => ({ ...training.undoSet(now, exercise.key, key), at: exercise.key })));
  }

  return (
    <>
      <Box as="main" flex="1" px={{ base: '4', md: '6' }} pt="3" pb="4">
        <Stack gap="4">
          <Box>
            <Row gap="2">
              <H2 fontSize="2xl" letterSpacing="-0.035em">{exercise.name}</H2>
              {exercise.superset !== null && <Badge tone="info">{t('plan.superset', { name: exercise.superset })}</Badge>}
            </Row>
            {exercise.target !== null && (
              <P fontWeight="640" color="brandText" mt="1">
                {t('live.target', { target: targetOf({ ...exercise.target, sets: exercise.sets.filter((one) => one.kind !== 'warm_up').length }, unit, text) })}
              </P>
            )}
            {exercise.target !== null && exercise.target.why !== '' && <Muted mt="1">{exercise.target.why}</Muted>}
          </Box>
          <SetRows exercise={exercise} selected={set?.key ?? null} unit={unit} onSelect={setChosen} />
          <Actions live={live} exercise={exercise} known={known} onAddSet={() => onThis(training.addSet)} />
          <Field label={t('live.notes')}>
            {(described) => (
              <TextArea {...described} minH="12" name="exercise-notes" maxLength={2000} value={exercise.notes} onChange={(event) => onThis((one) => ({ ...one, notes: event.target.value }))} />
            )}
          </Field>
        </Stack>
      </Box>
      <Box ref={dock} position="sticky" bottom="0" zIndex="20" bg="surface" borderTop="1px solid" borderColor="line" roundedTop="xl" px={{ base: '4', md: '6' }} pt="3" pb="max(0.75rem, env(safe-area-inset-bottom))" boxShadow="float">
        <Stack gap="3" maxW="36rem" mx="auto">
          {live.rest !== null && <RestBar rest={live.rest} />}
          {set === null
            ? <AllDone live={live} exercise={exercise} onAddSet={() => onThis(training.addSet)} />
            : (
              <Dock exercise={exercise} set={set} unit={unit} profile={profile} barbell={known?.load === 'barbell'}
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

/** Tells messages how high the dock stands, so that they appear above it. */
function useDockHeight(): RefObject<HTMLDivElement | null> {
  const dock = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = dock.current;
    if (element === null) return;
    const { style } = document.documentElement;
    const observer = new ResizeObserver(() => style.setProperty('--vigor-dock', `${String(element.offsetHeight)}px`));
    observer.observe(element);
    return () => {
      observer.disconnect();
      style.removeProperty('--vigor-dock');
    };
  }, []);
  return dock;
}

function Actions({ live, exercise, known, onAddSet }: { live: LiveSession; exercise: LiveExercise; known: Exercise | undefined; onAddSet: () => void }): ReactNode {
  const { t } = useText();
  const [swapping, setSwapping] = useState(false);
  return (
    <Row gap="1">
      <Button look="ghost" size="sm" onClick={onAddSet}><Plus size={18} aria-hidden="true" />{t('set.add')}</Button>
      <Button look="ghost" size="sm" onClick={() => setSwapping(true)}><RefreshCw size={16} aria-hidden="true" />{t('plan.swap')}</Button>
      <Button look="ghost" size="sm"
        onClick={() => {
          const place = live.exercises.indexOf(exercise);
          changeLive((now) => training.removeExercise(now, exercise.key));
          say(t('live.removed', { name: exercise.name }), () =>
            changeLive((now) => ({ ...now, exercises: now.exercises.toSpliced(place, 0, exercise), at: exercise.key })),
          );
        }}>
        <Trash2 size={16} aria-hidden="true" />
        {t('action.remove')}
      </Button>
      {swapping && (
        <ExercisePicker title={t('plan.swapTitle', { name: exercise.name })} like={known} onClose={() => setSwapping(false)}
          onPick={(other) => {
            const before = live;
            setSwapping(false);
            changeLive((now) => training.swapExercise(now, exercise.key, other));
            say(t('plan.swappedFor', { name: other.name }), () => putLive(before));
          }} />
      )}
    </Row>
  );
}

function AllDone({ live, exercise, onAddSet }: { live: LiveSession; exercise: LiveExercise; onAddSet: () => void }): ReactNode {
  const { t } = useText();
  const open = live.exercises.find((one) => one.key !== exercise.key && one.sets.some((set) => set.doneAt === null));
  return (
    <Row gap="3" flexWrap="nowrap">
      <Button look="outline" size="lg" onClick={onAddSet}>{t('set.add')}</Button>
      {open === undefined
        ? <P flex="1" fontWeight="640" textAlign="center">{t('live.allDone')}</P>
        : <Button size="lg" flex="1" onClick={() => changeLive((now) => ({ ...now, at: open.key }))}>{t('live.nextExercise', { name: open.name })}</Button>}
    </Row>
  );
}

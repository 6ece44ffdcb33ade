/** A session written down afterwards, or an old one put right: when, how long, and every set. */
import { Box, chakra } from '@chakra-ui/react';
import { Plus, Trash2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useNavigate, useParams } from 'react-router';
import type { Log, SetKind, Units } from '../api/types';
import { editWords } from '../i18n/edit';
import { useWords } from '../i18n/text';
import { fromLocalField, toLocalField } from '../lib/dates';
import { toDisplay, toKg } from '../lib/units';
import { outbox } from '../offline/queue';
import { ExercisePicker } from '../parts/ExercisePicker';
import { useExerciseNames } from '../parts/useExerciseNames';
import { useKeptLog } from '../parts/useKeptLog';
import { useUnit } from '../parts/useProfile';
import { currentUser } from '../session/session';
import * as training from '../training/live';
import type { LiveExercise, LiveSession, LiveSet } from '../training/live';
import { Button, IconButton } from '../ui/Button';
import { Field, Input, NumberField, TextArea, TextField, useNumberText } from '../ui/Field';
import { Loaded, Notice } from '../ui/feedback';
import { Card, H2, Label, Page, Row, Stack } from '../ui/layout';
import { say } from '../ui/toast';

const AN_HOUR_MS = 3600 * 1000;

export default function EditWorkoutPage(): ReactNode {
  const { id } = useParams();
  const { t } = useWords(editWords);
  return (
    <Page title={id === undefined ? t('edit.newTitle') : t('edit.title')}>
      {id === undefined ? <Fresh /> : <Existing id={id} />}
    </Page>
  );
}

function Fresh(): ReactNode {
  const [first] = useState(() => training.fromNothing('', currentUser()?.id ?? '', Date.now() - AN_HOUR_MS));
  return <Editor first={first} minutes={60} />;
}

function Existing({ id }: { id: string }): ReactNode {
  const kept = useKeptLog(id);
  const nameOf = useExerciseNames();
  return (
    <Loaded query={kept} lines={4}>
      {({ log, etag, waiting }) => <Editor first={training.fromLog(log, currentUser()?.id ?? '', (one) => nameOf(one).name, { waiting, etag })} minutes={minutesOf(log)} />}
    </Loaded>
  );
}

function minutesOf(log: Log): number | null {
  return log.ended_at == null ? null : Math.round((Date.parse(log.ended_at) - Date.parse(log.started_at)) / 60_000);
}

function Editor({ first, minutes: firstMinutes }: { first: LiveSession; minutes: number | null }): ReactNode {
  const { t } = useWords(editWords);
  const navigate = useNavigate();
  const unit = useUnit();
  const [draft, setDraft] = useState(first);
  const [when, setWhen] = useState(() => toLocalField(first.startedAt));
  const [minutes, setMinutes] = useState(firstMinutes);
  const [picking, setPicking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const onOne = (key: string, change: (one: LiveExercise) => LiveExercise): void => setDraft((now) => training.onExercise(now, key, change));

  function save(): void {
    const startedAt = fromLocalField(when);
    if (startedAt === null) return setProblem(t('edit.whenWrong'));
    if (startedAt > Date.now() + 24 * AN_HOUR_MS) return setProblem(t('edit.future'));
    // Everything written down here was done; empty rows were not.
    const exercises = draft.exercises.map((one) => ({
      ...one,
      sets: one.sets.filter((set) => set.reps !== null || set.seconds !== null || set.distanceM !== null).map((set) => ({ ...set, doneAt: startedAt })),
    }));
    if (exercises.every((one) => one.sets.length === 0)) return setProblem(t('edit.nothing'));
    const log = training.toLog({ ...draft, exercises, startedAt }, startedAt + (minutes ?? 0) * 60_000);
    const kept: Log = minutes === null ? { ...log, ended_at: null } : log;
    void outbox.save(kept, draft).then(() => {
      say(t('edit.saved'));
      void navigate(`/history/${log.id}`, { replace: true });
    });
  }

  return (
    <Stack gap="5">
      <Card>
        <Stack gap="4">
          <TextField name="title" label={t('edit.name')} value={draft.title} onValue={(title) => setDraft({ ...draft, title })} />
          <Box display="grid" gridTemplateColumns={{ base: '1fr', sm: '1.6fr 1fr' }} gap="4">
            <TextField name="when" type="datetime-local" label={t('edit.when')} value={when} onValue={setWhen} />
            <NumberField name="minutes" label={t('edit.minutes')} value={minutes} mode="numeric" onValue={setMinutes} />
          </Box>
        </Stack>
      </Card>
      {draft.exercises.map((one) => (
        <ExerciseEditor key={one.key} exercise={one} unit={unit} onChange={(change) => onOne(one.key, change)} onRemove={() => setDraft((now) => training.removeExercise(now, one.key))} />
      ))}
      <Button look="soft" onClick={() => setPicking(true)}>
        <Plus size={18} aria-hidden="true" />
        {t('live.add')}
      </Button>
      <Field label={t('finish.notes')}>
        {(described) => <TextArea {...described} name="notes" maxLength={2000} value={draft.notes} onChange={(event) => setDraft({ ...draft, notes: event.target.value })} />}
      </Field>
      {problem !== null && <Notice tone="danger">{problem}</Notice>}
      <Row>
        <Button size="lg" onClick={save}>{t('action.save')}</Button>
        <Button look="ghost" size="lg" onClick={() => void navigate(-1)}>{t('action.cancel')}</Button>
      </Row>
      {picking && (
        <ExercisePicker title={t('live.add')} onClose={() => setPicking(false)}
          onPick={(added) => {
            setDraft((now) => training.addExercise(now, added));
            setPicking(false);
          }}
          onOwn={(name) => {
            setDraft((now) => training.addExercise(now, { name }));
            setPicking(false);
          }} />
      )}
    </Stack>
  );
}

interface ExerciseEditorProps {
  exercise: LiveExercise;
  unit: Units;
  onChange: (change: (one: LiveExercise) => LiveExercise) => void;
  onRemove: () => void;
}

function ExerciseEditor({ exercise, unit, onChange, onRemove }: ExerciseEditorProps): ReactNode {
  const { t } = useWords(editWords);
  const { name, lang } = useExerciseNames()(exercise.exerciseId, exercise.name);
  return (
    <Card>
      <Row justifyContent="space-between" flexWrap="nowrap">
        <H2 lang={lang}>{name}</H2>
        <IconButton label={t('live.removeNamed', { name })} color="muted" onClick={onRemove}>
          <Trash2 size={19} />
        </IconButton>
      </Row>
      <Box role="table" aria-label={name} mt="2">
        <Box role="row" display="grid" gridTemplateColumns={COLUMNS} gap="1.5" pb="1">
          {[t('set.set'), unit, exercise.timed ? t('set.secondsShort') : t('set.reps'), 'RPE'].map((head) => <Label role="columnheader" key={head} textAlign="center">{head}</Label>)}
          <Label role="columnheader"><chakra.span srOnly>{t('action.remove')}</chakra.span></Label>
        </Box>
        {exercise.sets.map((set, index) => (
          <SetEditor key={set.key} set={set} ordinal={index + 1} timed={exercise.timed} unit={unit}
            onEdit={(values) => onChange((one) => ({ ...one, sets: one.sets.map((other) => (other.key === set.key ? { ...other, ...values, touched: true } : other)) }))}
            onRemove={() => onChange((one) => training.removeSet(one, set.key))} />
        ))}
      </Box>
      <Button look="ghost" size="sm" mt="1" onClick={() => onChange(training.addSet)}>
        <Plus size={18} aria-hidden="true" />
        {t('set.add')}
      </Button>
    </Card>
  );
}

const COLUMNS = '4.6rem minmax(0, 1fr) minmax(0, 1fr) minmax(0, 0.8fr) 2.75rem';
const KINDS: readonly SetKind[] = ['working', 'warm_up', 'drop', 'failure'];
const Cell = chakra(Input, { base: { px: '1', minH: '11', textAlign: 'center', fontVariantNumeric: 'tabular-nums' } });
const KindSelect = chakra('select', { base: { w: 'full', minH: '11', rounded: 'md', bg: 'sunken', fontSize: 'sm', fontWeight: '600', px: '1', color: 'ink' } });

interface SetEditorProps {
  set: LiveSet;
  ordinal: number;
  timed: boolean;
  unit: Units;
  onEdit: (values: Partial<LiveSet>) => void;
  onRemove: () => void;
}

function SetEditor({ set, ordinal, timed, unit, onEdit, onRemove }: SetEditorProps): ReactNode {
  const { t } = useWords(editWords);
  const weight = useNumberText(set.weightKg === null ? null : toDisplay(set.weightKg, unit), (value) => onEdit({ weightKg: value === null ? null : toKg(value, unit) }));
  const whole = (value: number | null): number | null => (value === null ? null : Math.max(0, Math.round(value)));
  const amount = useNumberText(timed ? set.seconds : set.reps, (value) => onEdit(timed ? { seconds: whole(value) } : { reps: whole(value) }));
  const rpe = useNumberText(set.rpe, (value) => onEdit({ rpe: value === null ? null : Math.min(10, Math.max(0, Math.round(value * 2) / 2)) }));
  const named = (what: string): string => t('edit.cell', { n: ordinal, what });
  return (
    <Box role="row" display="grid" gridTemplateColumns={COLUMNS} gap="1.5" py="1" alignItems="center">
      <Box role="cell">
        <KindSelect aria-label={named(t('set.kind'))} value={set.kind} onChange={(event) => onEdit({ kind: event.target.value as SetKind })}>
          {KINDS.map((kind) => <option key={kind} value={kind}>{kind === 'working' ? String(ordinal) : t(`set.kind.${kind}`)}</option>)}
        </KindSelect>
      </Box>
      <Box role="cell"><Cell aria-label={named(t('set.weight', { unit }))} inputMode="decimal" {...weight.props} /></Box>
      <Box role="cell"><Cell aria-label={named(timed ? t('set.seconds') : t('set.reps'))} inputMode="numeric" {...amount.props} /></Box>
      <Box role="cell"><Cell aria-label={named('RPE')} inputMode="decimal" {...rpe.props} /></Box>
      <Box role="cell">
        <IconButton label={t('edit.removeSet', { n: ordinal })} color="muted" onClick={onRemove}>
          <Trash2 size={18} />
        </IconButton>
      </Box>
    </Box>
  );
}

/** Progress: strength and records by exercise, sets a muscle against their range, volume, adherence and load. */
import { Box } from '@chakra-ui/react';
import { useQuery } from '@tanstack/react-query';
import { Activity, Trophy } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { progressQuery } from '../api/queries';
import type { Progress } from '../api/types';
import { BarChart } from '../charts/BarChart';
import { LineChart } from '../charts/LineChart';
import { RangeBars } from '../charts/RangeBars';
import { muscleWords } from '../i18n/muscles';
import { progressWords } from '../i18n/progress';
import { both, useWords } from '../i18n/text';
import { daysAgo, mondayOf } from '../lib/dates';
import { toKg, toReading } from '../lib/units';
import { Analysing } from '../parts/Analysing';
import { useExerciseNames } from '../parts/useExerciseNames';
import { useUnit } from '../parts/useProfile';
import { useHistory } from '../training/history';
import { Button, LinkButton } from '../ui/Button';
import { Choice, Field, NativeSelect } from '../ui/Field';
import { Empty, Loaded } from '../ui/feedback';
import { Card, Grid, H2, Label, Muted, Num, Page, Row, Rows, Stack, Stat } from '../ui/layout';

const words = both(progressWords, muscleWords);
const SPANS = ['28', '84', '365', '3650'] as const;
type Span = (typeof SPANS)[number];

export default function ProgressPage(): ReactNode {
  const { t } = useWords(progressWords);
  const [span, setSpan] = useState<Span>('84');
  const query = useQuery(progressQuery(daysAgo(Number(span))));
  const { items } = useHistory();
  return (
    <Page title={t('nav.progress')} width="wide" actions={<LinkButton to="/body" look="soft"><Activity size={18} aria-hidden="true" />{t('nav.body')}</LinkButton>}>
      <Choice legend={t('progress.span')} name="span" value={span} options={SPANS.map((days) => ({ value: days, label: t(`progress.span${days}`) }))} onValue={setSpan} />
      <Loaded query={query} lines={5}>
        {(progress) => {
          if (progress.exercises.length > 0 || progress.volume.length > 0) return <Content progress={progress} />;
          if (span !== '3650' && items.length > 0) return <Empty title={t('progress.emptySpan')} action={<Button onClick={() => setSpan('3650')}>{t('progress.lookBack')}</Button>}>{t('progress.emptySpanBody')}</Empty>;
          return <Empty title={t('progress.empty')} action={<LinkButton to="/today">{t('history.toToday')}</LinkButton>}>{t('progress.emptyBody')}</Empty>;
        }}
      </Loaded>
    </Page>
  );
}

function Content({ progress }: { progress: Progress }): ReactNode {
  const { t, percent, plural, volume: sum } = useWords(progressWords);
  const unit = useUnit();
  const { adherence, streak, load } = progress;
  return (
    <>
      <Card tone="hero" as="div">
        <Box display="grid" gridTemplateColumns={{ base: 'repeat(2, minmax(0, 1fr))', md: 'repeat(4, minmax(0, 1fr))' }} gap={{ base: '5', md: '6' }}>
          {adherence.planned > 0
            ? <Stat tone="hero" value={percent(adherence.ratio ?? 0)} label={t('progress.adherence', { done: adherence.done, planned: adherence.planned })} />
            : <Stat tone="hero" value={sum(progress.volume.reduce((all, week) => all + week.kg, 0), unit)} label={t('progress.lifted')} />}
          <Stat tone="hero" value={streak.days} label={plural('today.streak', streak.days)} />
          <Stat tone="hero" value={streak.longest_days} label={t('progress.longest')} />
          {load != null && load.change != null && <Stat tone="hero" value={`${load.change > 0 ? '+' : ''}${percent(load.change)}`} label={t('progress.load')} />}
        </Box>
      </Card>
      <Analysing ask={{ period: 'month' }} />
      <Grid gridTemplateColumns={{ base: 'minmax(0, 1fr)', lg: 'repeat(2, minmax(0, 1fr))' }} alignItems="start">
        <Stack>
          <Strength exercises={progress.exercises} />
          <Volume weeks={progress.volume} />
        </Stack>
        <Muscles sets={progress.weekly_sets} />
      </Grid>
    </>
  );
}

function Volume({ weeks }: { weeks: Progress['volume'] }): ReactNode {
  const { t, volume, date } = useWords(progressWords);
  const unit = useUnit();
  const last = weeks.at(-1);
  if (last === undefined) return null;
  const labelOf = (week: string): string => date(/-W/.test(week) ? mondayOf(week) : week, 'short');
  const average = weeks.reduce((sum, week) => sum + week.kg, 0) / weeks.length;
  return (
    <Card>
      <H2 mb="3">{t('progress.volume')}</H2>
      <BarChart title={t('progress.volume')} head={t('progress.week')} summary={t('progress.volumeSummary', { value: volume(last.kg, unit), week: labelOf(last.week), average: volume(average, unit) })}
        bars={weeks.map((week) => ({ label: labelOf(week.week), value: toReading(week.kg, unit) }))} format={(value) => volume(toKg(value, unit), unit)} />
    </Card>
  );
}

function Strength({ exercises }: { exercises: Progress['exercises'] }): ReactNode {
  const { t, weight, bodyWeight, date } = useWords(progressWords);
  const unit = useUnit();
  const ranked = exercises.toSorted((a, b) => (b.e1rm ?? []).length - (a.e1rm ?? []).length);
  const [chosen, setChosen] = useState<string | null>(null);
  const nameOf = useExerciseNames('translated');
  const one = ranked.find((exercise) => exercise.exercise_id === chosen) ?? ranked[0];
  if (one === undefined) return null;
  const points = (one.e1rm ?? []).map((point) => ({ date: point.date, value: toReading(point.kg, unit) }));
  const records = one.records ?? [];
  return (
    <Card>
      <Stack gap="4">
        <H2>{t('progress.strength')}</H2>
        <Field label={t('progress.exercise')}>
          {(described) => (
            <NativeSelect {...described} value={one.exercise_id} onChange={(event) => setChosen(event.target.value)}>
              {ranked.map((exercise) => <option key={exercise.exercise_id} value={exercise.exercise_id}>{nameOf(exercise.exercise_id, exercise.name).name}</option>)}
            </NativeSelect>
          )}
        </Field>
        {points.length > 0
          ? <LineChart key={one.exercise_id} title={t('progress.e1rm', { name: nameOf(one.exercise_id, one.name).name })} points={points} format={(value) => bodyWeight(toKg(value, unit), unit)} />
          : <Muted>{t('progress.noE1rm')}</Muted>}
        {records.length > 0 && (
          <Box>
            <Row gap="2" color="brandText"><Trophy size={18} aria-hidden="true" /><Label color="brandText">{t('progress.records')}</Label></Row>
            <Rows mt="2" gap="0">
              {records.map((record) => (
                <Row as="li" key={`${String(record.reps)}-${record.date}`} justifyContent="space-between" py="2" borderTop="1px solid" borderColor="line">
                  <Num fontWeight="640">{`${weight(record.weight_kg, unit)} × ${String(record.reps)}`}</Num>
                  <Muted>{date(record.date, 'long')}</Muted>
                </Row>
              ))}
            </Rows>
          </Box>
        )}
      </Stack>
    </Card>
  );
}

function Muscles({ sets }: { sets: Progress['weekly_sets'] }): ReactNode {
  const { t } = useWords(words);
  const week = sets.map((row) => row.week).toSorted().at(-1);
  const rows = sets.filter((row) => row.week === week).toSorted((a, b) => b.sets - a.sets);
  if (rows.length === 0) return null;
  return (
    <Card>
      <H2>{t('progress.muscles')}</H2>
      <Muted mb="3">{t('progress.musclesHint')}</Muted>
      <RangeBars title={t('progress.muscles')} rows={rows.map((row) => ({ name: t(`muscle.${row.muscle}`), value: row.sets, low: row.low, high: row.high }))} />
    </Card>
  );
}

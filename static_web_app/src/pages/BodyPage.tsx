/** Body weight and measurements: today's values in, the line over time out. */
import { Box, chakra } from '@chakra-ui/react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { answerOf, client } from '../api/client';
import { metricsQuery } from '../api/queries';
import type { KeptMetric, Metric, Units } from '../api/types';
import { LineChart, type Point } from '../charts/LineChart';
import { bodyWords } from '../i18n/body';
import { progressWords } from '../i18n/progress';
import { both, useWords, type Key, type Text } from '../i18n/text';
import { isoDate } from '../lib/dates';
import { toKg, toReading } from '../lib/units';
import { useUnit } from '../parts/useProfile';
import { Button, IconButton } from '../ui/Button';
import { NumberField, TextField } from '../ui/Field';
import { Empty, Loaded, ProblemNotice } from '../ui/feedback';
import { Badge, Card, H2, Num, P, Page, Row, Rows, Stack } from '../ui/layout';
import { More } from '../ui/More';
import { say } from '../ui/toast';
import { useForm } from '../ui/useForm';

const PLACES = ['waist', 'hips', 'chest', 'upper_arm', 'thigh'] as const;
const VALUES = ['weight_kg', 'body_fat_pct', 'resting_hr', 'hrv_ms', 'sleep_h'] as const;
type Value = (typeof VALUES)[number];
const words = both(bodyWords, progressWords);
type BodyText = Text<Key | keyof typeof words.en>;
const SHOWN = 6;

export default function BodyPage(): ReactNode {
  const { t } = useWords(words);
  const query = useQuery(metricsQuery);
  return (
    <Page title={t('nav.body')}>
      <Entry />
      <Loaded query={query} lines={3}>
        {({ items }) => items.length === 0 ? <Empty title={t('body.empty')}>{t('body.emptyBody')}</Empty> : <Content items={items} />}
      </Loaded>
    </Page>
  );
}

function Entry(): ReactNode {
  const { t } = useWords(words);
  const unit = useUnit();
  const queries = useQueryClient();
  const form = useForm<{ date: string; values: Partial<Record<Value, number | null>>; places: Record<string, number | null> }>(
    { date: isoDate(), values: {}, places: {} },
    ({ values, places }) => ([...Object.values(values), ...Object.values(places)].some((value) => value !== null) ? {} : { weight_kg: t('body.needed') }),
    async ({ date, values, places }, clear) => {
      const measured = Object.fromEntries(Object.entries(places).filter((pair): pair is [string, number] => pair[1] !== null));
      const body: Metric = { date, ...values, ...(Object.keys(measured).length > 0 ? { measurements_cm: measured } : {}) };
      await answerOf(client.POST('/api/progress/metrics', { body }));
      clear();
      say(t('body.saved'));
      await Promise.all(['metrics', 'progress', 'next'].map((name) => queries.invalidateQueries({ queryKey: [name] })));
    },
  );
  const { values, errors, set } = form;
  const weight = values.values.weight_kg ?? null;
  return (
    <Card>
      <chakra.form noValidate onSubmit={(event) => void form.submit(event)}>
        <Stack gap="4">
          <H2>{t('body.add')}</H2>
          <Box display="grid" gridTemplateColumns={{ base: '1fr 1fr', md: '1fr 1fr 1fr' }} gap="4">
            <TextField name="date" type="date" label={t('chart.date')} value={values.date} max={isoDate()} error={errors['date']} onValue={(date) => set('date', date)} />
            <NumberField name="weight_kg" label={t('metric.weight_kg')} unit={unit} value={weight === null ? null : toReading(weight, unit)} error={errors['weight_kg']}
              onValue={(value) => set('values', { ...values.values, weight_kg: value === null ? null : toKg(value, unit) })} />
            <NumberField name="body_fat_pct" label={t('metric.body_fat_pct')} unit="%" value={values.values.body_fat_pct ?? null} error={errors['body_fat_pct']} onValue={(value) => set('values', { ...values.values, body_fat_pct: value })} />
          </Box>
          <More summary={t('body.more')}>
            <Box display="grid" gridTemplateColumns={{ base: '1fr 1fr', md: '1fr 1fr 1fr' }} gap="4" pt="2">
              {(['resting_hr', 'hrv_ms', 'sleep_h'] as const).map((name) => (
                <NumberField key={name} name={name} label={t(`metric.${name}`)} unit={unitOf(name, unit).trim() || undefined} value={values.values[name] ?? null} error={errors[name]} onValue={(value) => set('values', { ...values.values, [name]: value })} />
              ))}
              {PLACES.map((place) => (
                <NumberField key={place} name={place} label={t(`place.${place}`)} unit="cm" value={values.places[place] ?? null} error={errors[`measurements_cm.${place}`]} onValue={(value) => set('places', { ...values.places, [place]: value })} />
              ))}
            </Box>
          </More>
          <ProblemNotice error={form.failure} />
          <Box><Button type="submit" busy={form.busy}>{t('action.save')}</Button></Box>
        </Stack>
      </chakra.form>
    </Card>
  );
}

function Content({ items }: { items: readonly KeptMetric[] }): ReactNode {
  const text = useWords(words);
  const { t } = text;
  const unit = useUnit();
  const ordered = items.toSorted((a, b) => a.date.localeCompare(b.date));
  return (
    <>
      {seriesOf(ordered, unit).map(({ name, points }) => (
        <Card key={name}>
          <H2 mb="3">{nameOf(name, text)}</H2>
          <LineChart title={nameOf(name, text)} points={points} format={(value) => `${text.number(value)}${unitOf(name, unit)}`} />
        </Card>
      ))}
      <Card>
        <H2>{t('body.all')}</H2>
        <All items={ordered.toReversed()} unit={unit} />
      </Card>
    </>
  );
}

/** Everything that was measured at least twice, as it is drawn. */
function seriesOf(ordered: readonly KeptMetric[], unit: Units): { name: string; points: Point[] }[] {
  const found = new Map<string, Point[]>([...VALUES, ...PLACES].map((name) => [name, []]));
  for (const one of ordered) {
    for (const name of VALUES) {
      const value = one[name];
      if (value != null) found.get(name)?.push({ date: one.date, value: name === 'weight_kg' ? toReading(value, unit) : value });
    }
    for (const [name, value] of Object.entries(one.measurements_cm ?? {})) found.set(name, [...(found.get(name) ?? []), { date: one.date, value }]);
  }
  return [...found].map(([name, points]) => ({ name, points })).filter(({ points }) => points.length > 1);
}

function unitOf(name: string, unit: Units): string {
  const known: Record<string, string> = { weight_kg: `\u00a0${unit}`, body_fat_pct: '\u00a0%', resting_hr: '', hrv_ms: '\u00a0ms', sleep_h: '\u00a0h' };
  return known[name] ?? '\u00a0cm';
}

/** Places that this version has no word for were measured elsewhere, and keep their name. */
function nameOf(name: string, { t }: Pick<BodyText, 't'>): string {
  const value = VALUES.find((one) => one === name);
  const place = PLACES.find((one) => one === name);
  if (value !== undefined) return t(`metric.${value}`);
  return place === undefined ? name.replaceAll('_', ' ') : t(`place.${place}`);
}

function All({ items, unit }: { items: readonly KeptMetric[]; unit: Units }): ReactNode {
  const text = useWords(words);
  const { t, date } = text;
  const queries = useQueryClient();
  const refresh = (): Promise<unknown> => Promise.all(['metrics', 'progress'].map((name) => queries.invalidateQueries({ queryKey: [name] })));
  const restore = useMutation({
    mutationFn: (gone: KeptMetric) => answerOf(client.POST('/api/progress/metrics', { body: withoutId(gone) })),
    onSuccess: refresh,
  });
  const remove = useMutation({
    mutationFn: ({ id }: KeptMetric) => answerOf(client.DELETE('/api/progress/metrics/{id}', { params: { path: { id } } })),
    onSuccess: (_, gone) => {
      say(t('body.removed'), () => restore.mutate(gone));
      return refresh();
    },
  });
  const [shown, setShown] = useState(SHOWN);
  return (
    <>
      <ProblemNotice error={remove.error ?? restore.error} />
      <Rows mt="2" gap="0">
        {items.slice(0, shown).map((one) => (
          <Row as="li" key={one.id} justifyContent="space-between" alignItems="flex-start" flexWrap="nowrap" gap="2" py="2.5" borderTop="1px solid" borderColor="line">
            <Box minW="0" flex="1">
              <P fontSize="sm" fontWeight="640">{date(one.date, 'long')}</P>
              <Row gap="1.5" mt="1.5">
                {valuesOf(one).map(([name, value]) => (
                  <Badge key={name} fontWeight="560">
                    {nameOf(name, text)} <Num color="ink" fontWeight="660">{name === 'weight_kg' ? text.bodyWeight(value, unit) : `${text.number(value)}${unitOf(name, unit)}`}</Num>
                  </Badge>
                ))}
              </Row>
            </Box>
            <IconButton label={t('body.remove', { date: date(one.date, 'long') })} color="muted" mt="-1.5" busy={remove.isPending && remove.variables.id === one.id} onClick={() => remove.mutate(one)}>
              <Trash2 size={18} />
            </IconButton>
          </Row>
        ))}
      </Rows>
      {items.length > shown && <Button look="ghost" size="sm" color="brandText" ms="-3" onClick={() => setShown(items.length)}>{t('action.more')}</Button>}
    </>
  );
}

function withoutId(one: KeptMetric): Metric {
  const body: Metric & { id?: string } = { ...one };
  delete body.id;
  return body;
}

function valuesOf(one: KeptMetric): [string, number][] {
  return [...VALUES.flatMap((name): [string, number][] => (one[name] == null ? [] : [[name, one[name]]])), ...Object.entries(one.measurements_cm ?? {})];
}

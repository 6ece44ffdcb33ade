/** Body weight and measurements: today's values in, the line over time out. */
import { Box, chakra } from '@chakra-ui/react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { answerOf, client } from '../api/client';
import { metricsQuery } from '../api/queries';
import type { KeptMetric, Metric, Units } from '../api/types';
import { LineChart } from '../charts/LineChart';
import { bodyWords } from '../i18n/body';
import { useWords, type Key, type Text } from '../i18n/text';
import { isoDate } from '../lib/dates';
import { toDisplay, toKg } from '../lib/units';
import { useUnit } from '../parts/useProfile';
import { Button, IconButton } from '../ui/Button';
import { NumberField, TextField } from '../ui/Field';
import { Empty, Loaded, ProblemNotice } from '../ui/feedback';
import { Card, H2, Muted, Num, Page, Row, Rows, Stack } from '../ui/layout';
import { say } from '../ui/toast';
import { useForm } from '../ui/useForm';

const PLACES = ['waist', 'hips', 'chest', 'upper_arm', 'thigh'] as const;
const VALUES = ['weight_kg', 'body_fat_pct', 'resting_hr', 'hrv_ms', 'sleep_h'] as const;
type Value = (typeof VALUES)[number];

export default function BodyPage(): ReactNode {
  const { t } = useWords(bodyWords);
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
  const { t } = useWords(bodyWords);
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
            <NumberField name="weight_kg" label={t('metric.weight_kg')} unit={unit} value={weight === null ? null : toDisplay(weight, unit)} error={errors['weight_kg']}
              onValue={(value) => set('values', { ...values.values, weight_kg: value === null ? null : toKg(value, unit) })} />
            <NumberField name="body_fat_pct" label={t('metric.body_fat_pct')} unit="%" value={values.values.body_fat_pct ?? null} error={errors['body_fat_pct']} onValue={(value) => set('values', { ...values.values, body_fat_pct: value })} />
          </Box>
          <chakra.details>
            <chakra.summary minH="11" display="flex" alignItems="center" fontWeight="640" fontSize="sm" color="brandText" cursor="pointer">{t('body.more')}</chakra.summary>
            <Box display="grid" gridTemplateColumns={{ base: '1fr 1fr', md: '1fr 1fr 1fr' }} gap="4" pt="2">
              {(['resting_hr', 'hrv_ms', 'sleep_h'] as const).map((name) => (
                <NumberField key={name} name={name} label={t(`metric.${name}`)} value={values.values[name] ?? null} error={errors[name]} onValue={(value) => set('values', { ...values.values, [name]: value })} />
              ))}
              {PLACES.map((place) => (
                <NumberField key={place} name={place} label={t(`place.${place}`)} unit="cm" value={values.places[place] ?? null} error={errors[`measurements_cm.${place}`]} onValue={(value) => set('places', { ...values.places, [place]: value })} />
              ))}
            </Box>
          </chakra.details>
          <ProblemNotice error={form.failure} />
          <Box><Button type="submit" busy={form.busy}>{t('action.save')}</Button></Box>
        </Stack>
      </chakra.form>
    </Card>
  );
}

function Content({ items }: { items: readonly KeptMetric[] }): ReactNode {
  const text = useWords(bodyWords);
  const { t, number, weight } = text;
  const unit = useUnit();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: (id: string) => answerOf(client.DELETE('/api/progress/metrics/{id}', { params: { path: { id } } })),
    onSuccess: () => Promise.all(['metrics', 'progress'].map((name) => queries.invalidateQueries({ queryKey: [name] }))),
  });
  const ordered = items.toSorted((a, b) => a.date.localeCompare(b.date));
  const series = VALUES.map((name) => ({ name, points: ordered.flatMap((one) => (one[name] == null ? [] : [{ date: one.date, value: one[name] }])) })).filter(({ points }) => points.length > 1);
  return (
    <>
      {series.map(({ name, points }) => (
        <Card key={name}>
          <H2 mb="2">{t(`metric.${name}`)}</H2>
          <LineChart title={t(`metric.${name}`)} points={points} format={(value) => (name === 'weight_kg' ? weight(value, unit) : number(value))} />
        </Card>
      ))}
      <Card>
        <H2>{t('body.all')}</H2>
        <ProblemNotice error={remove.error} />
        <Rows mt="2" gap="0">
          {ordered.toReversed().map((one) => (
            <Row as="li" key={one.id} justifyContent="space-between" flexWrap="nowrap" py="1.5" borderTop="1px solid" borderColor="line">
              <Muted minW="6.5rem">{text.date(one.date, 'long')}</Muted>
              <Num flex="1" whiteSpace="normal" fontSize="sm">{describe(one, unit, text)}</Num>
              <IconButton label={t('body.remove', { date: text.date(one.date, 'long') })} color="muted" busy={remove.isPending && remove.variables === one.id} onClick={() => remove.mutate(one.id)}>
                <Trash2 size={18} />
              </IconButton>
            </Row>
          ))}
        </Rows>
      </Card>
    </>
  );
}

function describe(one: KeptMetric, unit: Units, { t, number, weight }: Text<Key | keyof typeof bodyWords.en>): string {
  const parts = VALUES.flatMap((name) => {
    const value = one[name];
    if (value == null) return [];
    return [name === 'weight_kg' ? weight(value, unit) : `${t(`metric.${name}`)} ${number(value)}`];
  });
  const places = Object.entries(one.measurements_cm ?? {}).map(([name, value]) => {
    const known = PLACES.find((place) => place === name);
    return `${known === undefined ? name.replaceAll('_', ' ') : t(`place.${known}`)} ${number(value)} cm`;
  });
  return [...parts, ...places].join(' · ');
}

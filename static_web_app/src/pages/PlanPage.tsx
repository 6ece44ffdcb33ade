/** The plan: its days, why it is as it is, what was changed and by which rule, swaps, and asking for another. */
import { Box, chakra } from '@chakra-ui/react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { answerOf, client } from '../api/client';
import { plansQuery, profileQuery } from '../api/queries';
import type { Plan, PlanDay, PlannedExercise, PlanRequest } from '../api/types';
import { useText } from '../i18n/text';
import { clockOf } from '../lib/countdown';
import { Generating, useGeneration } from '../parts/Generation';
import { PlanAsk } from '../parts/PlanAsk';
import { targetOf } from '../parts/target';
import { useUnit } from '../parts/useProfile';
import { Button, IconButton } from '../ui/Button';
import { Confirm, Dialog } from '../ui/Dialog';
import { TextField } from '../ui/Field';
import { Empty, Loaded, Notice, ProblemNotice } from '../ui/feedback';
import { Badge, Card, H2, H3, Label, Muted, Num, P, Page, Row, Rows } from '../ui/layout';
import { Prose } from '../ui/Prose';
import { say } from '../ui/toast';

export default function PlanPage(): ReactNode {
  const { t } = useText();
  const query = useQuery(plansQuery);
  const profile = useQuery(profileQuery).data;
  const generation = useGeneration();
  const [asking, setAsking] = useState(false);
  const [last, setLast] = useState<PlanRequest>({});

  async function make(asked: PlanRequest): Promise<void> {
    setAsking(false);
    setLast(asked);
    if ((await generation.start(asked)) !== null) say(t('plan.made'));
  }

  const plans = query.data?.items ?? [];
  const plan = plans.find((one) => one.active === true) ?? plans[0];
  return (
    <Page title={plan?.name ?? t('plan.title')} eyebrow={plan === undefined ? undefined : t('plan.title')}
      actions={plan !== undefined && (
        <Button look="soft" onClick={() => setAsking(true)} disabled={generation.running}>
          <RefreshCw size={18} aria-hidden="true" />
          {t('plan.another')}
        </Button>
      )}>
      <Generating generation={generation} onRetry={() => void make(last)} />
      <Loaded query={query} lines={5}>
        {() => plan === undefined ? (
          !generation.running && (
            <Empty title={t('today.noPlan')} action={<Button onClick={() => setAsking(true)}>{t('today.makePlan')}</Button>}>
              {t('today.noPlanBody')}
            </Empty>
          )
        ) : (
          <>
            <About plan={plan} />
            {plan.days.map((day) => <Day key={day.day} plan={plan} day={day} />)}
            {(plan.disclaimers ?? []).map((line) => <Muted key={line}>{line}</Muted>)}
            <Others plans={plans.filter((one) => one.id !== plan.id)} />
          </>
        )}
      </Loaded>
      {asking && profile !== undefined && <PlanAsk profile={profile} hasPlan={plan !== undefined} onAsk={(asked) => void make(asked)} onClose={() => setAsking(false)} />}
    </Page>
  );
}

function About({ plan }: { plan: Plan }): ReactNode {
  const { t, plural } = useText();
  const changes = plan.changes ?? [];
  return (
    <>
      <Card>
        <Row gap="2">
          <Badge tone="brand">{t(`goal.${plan.goal}`)}</Badge>
          <Badge>{t(`level.${plan.level}`)}</Badge>
          <Badge>{plural('count.weeks', plan.weeks)}</Badge>
          <Badge>{plan.source.kind === 'offline' ? t('source.offline') : t('source.model', { model: plan.source.model })}</Badge>
        </Row>
        {plan.rationale !== undefined && plan.rationale !== '' && <Rationale text={plan.rationale} />}
        {changes.length > 0 && (
          <chakra.details mt="4" borderTop="1px solid" borderColor="line" pt="1">
            <chakra.summary minH="11" display="flex" alignItems="center" fontWeight="640" fontSize="sm" cursor="pointer" color="brandText">
              {plural('plan.changes', changes.length)}
            </chakra.summary>
            <Rows gap="3" mt="1">
              {changes.map((change) => (
                <li key={`${change.rule}-${change.what}`}>
                  <P fontSize="sm" fontWeight="620">{change.what}</P>
                  <Muted>{change.why}</Muted>
                </li>
              ))}
            </Rows>
          </chakra.details>
        )}
      </Card>
      {(plan.warnings ?? []).map((warning) => <Notice key={`${warning.rule}-${warning.message}`} tone="warn">{warning.message}</Notice>)}
    </>
  );
}

/** The first sentence for everybody, the rest for whoever asks. */
function Rationale({ text }: { text: string }): ReactNode {
  const { t } = useText();
  const [, first, rest] = /^(.*?[.!?])\s+(.*)$/s.exec(text) ?? [null, text, ''];
  return (
    <Box mt="3" maxW="40rem">
      <P>{first}</P>
      {rest !== '' && rest !== undefined && (
        <chakra.details mt="1">
          <chakra.summary minH="11" display="flex" alignItems="center" fontWeight="640" fontSize="sm" cursor="pointer" color="brandText">{t('plan.why')}</chakra.summary>
          <Prose text={rest} />
        </chakra.details>
      )}
    </Box>
  );
}

function Day({ plan, day }: { plan: Plan; day: PlanDay }): ReactNode {
  const { t, plural, weekday } = useText();
  return (
    <Card aria-labelledby={`day-${String(day.day)}`}>
      <Row justifyContent="space-between" alignItems="flex-start">
        <Box minW="0">
          <Label color="brandText">{weekday(day.day)}</Label>
          <H2 id={`day-${String(day.day)}`} fontSize="xl">{day.title}</H2>
        </Box>
        <Badge>{plural('count.minutesShort', day.estimated_minutes)}</Badge>
      </Row>
      <Drills title={t('plan.warmUp')} drills={day.warm_up ?? []} />
      <Rows mt="3" gap="0">
        {day.exercises.map((one) => <Exercise key={one.exercise_id} plan={plan} day={day} exercise={one} />)}
      </Rows>
      <Drills title={t('plan.coolDown')} drills={day.cool_down ?? []} />
      {(day.aerobic_minutes ?? 0) > 0 && <Muted mt="3">{plural('plan.aerobic', day.aerobic_minutes ?? 0)}</Muted>}
    </Card>
  );
}

function Drills({ title, drills }: { title: string; drills: readonly { name: string; seconds: number }[] }): ReactNode {
  if (drills.length === 0) return null;
  return (
    <Muted mt="3">
      <chakra.span fontWeight="640" color="ink">{title}: </chakra.span>
      {drills.map((drill) => `${drill.name} ${clockOf(drill.seconds)}`).join(' · ')}
    </Muted>
  );
}

function Exercise({ plan, day, exercise }: { plan: Plan; day: PlanDay; exercise: PlannedExercise }): ReactNode {
  const text = useText();
  const { t } = text;
  const unit = useUnit();
  const [swapping, setSwapping] = useState(false);
  return (
    <Box as="li" py="3" borderTop="1px solid" borderColor="line">
      <Row justifyContent="space-between" flexWrap="nowrap" alignItems="flex-start" gap="3">
        <Box minW="0" flex="1">
          <Row gap="2">
            <H3>{exercise.name}</H3>
            {exercise.superset != null && <Badge tone="info">{t('plan.superset', { name: exercise.superset })}</Badge>}
          </Row>
          <Num display="block" whiteSpace="normal" fontSize="sm" fontWeight="600" mt="0.5">
            {targetOf(exercise, unit, text)} · {t('plan.rest', { time: clockOf(exercise.rest_s) })}
          </Num>
          {exercise.notes !== undefined && exercise.notes !== '' && <Muted mt="1">{exercise.notes}</Muted>}
        </Box>
        <IconButton label={t('plan.swapLabel', { name: exercise.name })} onClick={() => setSwapping(true)} color="muted" mt="-1.5" me="-2">
          <SwapGlyph />
        </IconButton>
      </Row>
      {swapping && <Swap plan={plan} day={day} exercise={exercise} onClose={() => setSwapping(false)} />}
    </Box>
  );
}

function SwapGlyph(): ReactNode {
  return <RefreshCw size={18} aria-hidden="true" />;
}

function Swap({ plan, day, exercise, onClose }: { plan: Plan; day: PlanDay; exercise: PlannedExercise; onClose: () => void }): ReactNode {
  const { t } = useText();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const swap = useMutation({
    mutationFn: () =>
      answerOf(client.POST('/api/plans/{id}/swap', { params: { path: { id: plan.id } }, body: { day: day.day, exercise_id: exercise.exercise_id, reason: reason.trim() === '' ? null : reason.trim() } })),
    onSuccess: async (changed) => {
      const before = new Set(day.exercises.map((one) => one.exercise_id));
      const fresh = changed.days.find((one) => one.day === day.day)?.exercises.find((one) => !before.has(one.exercise_id));
      await Promise.all(['plans', 'next', 'profile'].map((name) => queries.invalidateQueries({ queryKey: [name] })));
      say(fresh === undefined ? t('plan.swapped') : t('plan.swappedFor', { name: fresh.name }));
      onClose();
    },
  });
  return (
    <Dialog title={t('plan.swapTitle', { name: exercise.name })} onClose={onClose}>
      <P>{t('plan.swapBody')}</P>
      <TextField name="reason" label={t('plan.swapReason')} value={reason} onValue={setReason} />
      <ProblemNotice error={swap.error} />
      <Row justifyContent="flex-end">
        <Button look="ghost" onClick={onClose}>{t('action.cancel')}</Button>
        <Button busy={swap.isPending} onClick={() => swap.mutate()}>{t('plan.swap')}</Button>
      </Row>
    </Dialog>
  );
}

function Others({ plans }: { plans: readonly Plan[] }): ReactNode {
  const { t, date } = useText();
  const queries = useQueryClient();
  const [removing, setRemoving] = useState<Plan | null>(null);
  const refresh = (): Promise<unknown> => Promise.all(['plans', 'next'].map((name) => queries.invalidateQueries({ queryKey: [name] })));
  const activate = useMutation({ mutationFn: (id: string) => answerOf(client.POST('/api/plans/{id}/activate', { params: { path: { id } } })), onSuccess: refresh });
  const remove = useMutation({ mutationFn: (id: string) => answerOf(client.DELETE('/api/plans/{id}', { params: { path: { id } } })), onSuccess: refresh });
  if (plans.length === 0) return null;
  return (
    <Card tone="quiet">
      <H2>{t('plan.others')}</H2>
      <ProblemNotice error={activate.error ?? remove.error} />
      <Rows mt="3">
        {plans.map((plan) => (
          <Row as="li" key={plan.id} justifyContent="space-between">
            <Box minW="0">
              <H3>{plan.name}</H3>
              <Muted>{date(plan.created_at, 'long')}</Muted>
            </Box>
            <Row gap="1">
              <Button size="sm" look="ghost" busy={activate.isPending && activate.variables === plan.id} onClick={() => activate.mutate(plan.id)}>{t('plan.activate')}</Button>
              <Button size="sm" look="dangerGhost" onClick={() => setRemoving(plan)}>{t('action.delete')}</Button>
            </Row>
          </Row>
        ))}
      </Rows>
      {removing !== null && (
        <Confirm title={t('plan.deleteTitle', { name: removing.name })} action={t('action.delete')} onClose={() => setRemoving(null)}
          onConfirm={async () => {
            await remove.mutateAsync(removing.id).catch(() => undefined);
            setRemoving(null);
          }}>
          <P>{t('plan.deleteBody')}</P>
        </Confirm>
      )}
    </Card>
  );
}

/** The plan: its days, why it is as it is, what was changed and by which rule, swaps, and asking for another. */
import { Box, chakra } from '@chakra-ui/react';
import { useQuery } from '@tanstack/react-query';
import { ArrowLeftRight, RefreshCw } from 'lucide-react';
import { Fragment, useState, type ReactNode } from 'react';
import { nextQuery, plansQuery, profileQuery } from '../api/queries';
import type { Plan, PlanDay, PlannedExercise } from '../api/types';
import { phraseIn, titleIn } from '../i18n/engine';
import { planWords } from '../i18n/plan';
import { useText, useWords } from '../i18n/text';
import { clockOf } from '../lib/countdown';
import { useHeld } from '../lib/external';
import { EarlierPlans } from '../parts/EarlierPlans';
import { generation, startGeneration } from '../parts/planRequest';
import { Generating, useMade } from '../parts/Generation';
import { PlanAsk } from '../parts/PlanAsk';
import { langOf } from '../parts/SourceLine';
import { Swap } from '../parts/Swap';
import { targetOf } from '../parts/target';
import { useExerciseNames } from '../parts/useExerciseNames';
import { useHow } from '../parts/useHow';
import { useUnit } from '../parts/useProfile';
import { useWhy } from '../parts/useWhy';
import { Button } from '../ui/Button';
import { Empty, Loaded, Notice } from '../ui/feedback';
import { Badge, Card, Grid, H2, H3, Label, Muted, Num, P, Page, Row, Rows, Stack } from '../ui/layout';
import { Chevron, Details, More, Summary } from '../ui/More';
import { Prose } from '../ui/Prose';
import { say } from '../ui/toast';

export default function PlanPage(): ReactNode {
  const { t } = useWords(planWords);
  const query = useQuery(plansQuery);
  const profile = useQuery(profileQuery).data;
  useMade(() => say(t('plan.made')));
  const running = useHeld(generation).status === 'running';
  const [asking, setAsking] = useState(false);

  const plans = query.data?.items ?? [];
  const plan = plans.find((one) => one.active === true) ?? plans[0];
  return (
    <Page title={t('plan.title')} width="wide"
      actions={(plan !== undefined || query.isPending) && (
        <Button look="soft" onClick={() => setAsking(true)} disabled={running || plan === undefined}>
          <RefreshCw size={18} aria-hidden="true" />
          {t('plan.another')}
        </Button>
      )}>
      <Generating />
      <Loaded query={query} lines={5}>
        {() => plan === undefined ? (
          !running && (
            <Empty title={t('today.noPlan')} action={<Button onClick={() => setAsking(true)}>{t('today.makePlan')}</Button>}>
              {t('today.noPlanBody')}
            </Empty>
          )
        ) : (
          <>
            <About plan={plan} />
            <Days plan={plan} />
            {(plan.disclaimers ?? []).map((line) => <Muted key={line} lang={langOf(plan.source)}>{line}</Muted>)}
            <EarlierPlans plans={plans.filter((one) => one.id !== plan.id)} />
          </>
        )}
      </Loaded>
      {asking && profile !== undefined && (
        <PlanAsk profile={profile} hasPlan={plan !== undefined} onClose={() => setAsking(false)}
          onAsk={(request) => {
            setAsking(false);
            startGeneration(request);
          }} />
      )}
    </Page>
  );
}

function About({ plan }: { plan: Plan }): ReactNode {
  const { t, plural } = useWords(planWords);
  const changes = plan.changes ?? [];
  return (
    <>
      <Card>
        <H2 mb="2" lang={langOf(plan.source)}>{plan.name}</H2>
        <Row gap="2">
          <Badge tone="brand">{t(`goal.${plan.goal}`)}</Badge>
          <Badge>{t(`level.${plan.level}`)}</Badge>
          <Badge>{plural('count.weeks', plan.weeks)}</Badge>
          <Badge>{plan.source.kind === 'offline' ? t('source.offline') : t('source.model', { model: plan.source.model })}</Badge>
        </Row>
        {plan.rationale !== undefined && plan.rationale !== '' && <Rationale plan={plan} text={plan.rationale} />}
        {changes.length > 0 && (
          <More mt="2" summary={plural('plan.changes', changes.length)}>
            <Rows gap="3" lang={langOf(plan.source)}>
              {changes.map((change) => (
                <li key={`${change.rule}-${change.what}`}>
                  <P fontSize="sm" fontWeight="620">{change.what}</P>
                  <Muted>{change.why}</Muted>
                </li>
              ))}
            </Rows>
          </More>
        )}
      </Card>
      {(plan.warnings ?? []).map((warning) => <Notice key={`${warning.rule}-${warning.message}`} tone="warn"><P lang={langOf(plan.source)}>{warning.message}</P></Notice>)}
    </>
  );
}

/** The first sentence for everybody, the rest for whoever asks. */
function Rationale({ plan, text }: { plan: Plan; text: string }): ReactNode {
  const { t } = useWords(planWords);
  const [, first, rest] = /^(.*?[.!?])\s+(.*)$/s.exec(text) ?? [null, text, ''];
  return (
    <Box mt="3" maxW="44rem">
      <P lang={langOf(plan.source)}>{first}</P>
      {rest !== '' && rest !== undefined && <More mt="1" summary={t('plan.why')}><Box lang={langOf(plan.source)}><Prose text={rest} /></Box></More>}
    </Box>
  );
}

function Days({ plan }: { plan: Plan }): ReactNode {
  const next = useQuery(nextQuery).data;
  return (
    <Grid gridTemplateColumns={{ base: 'minmax(0, 1fr)', lg: 'repeat(2, minmax(0, 1fr))' }} alignItems="start">
      {plan.days.map((day) => <Day key={day.day} plan={plan} day={day} isNext={next?.plan_id === plan.id && next.day === day.day} />)}
    </Grid>
  );
}

function Day({ plan, day, isNext }: { plan: Plan; day: PlanDay; isNext: boolean }): ReactNode {
  const { t, plural, weekday, language } = useWords(planWords);
  const title = titleIn(language, day.title, langOf(plan.source));
  return (
    <Card aria-labelledby={`day-${String(day.day)}`}>
      <Row justifyContent="space-between" alignItems="flex-start">
        <Box minW="0">
          <Label color="brandText">{weekday(day.day)}</Label>
          <H2 id={`day-${String(day.day)}`} fontSize="xl" lang={title.lang}>{title.name}</H2>
        </Box>
        <Row gap="2">
          {isNext && <Badge tone="brand">{t('plan.next')}</Badge>}
          <Badge>{plural('count.minutesShort', day.estimated_minutes)}</Badge>
        </Row>
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
  const { language } = useText();
  const nameOf = useExerciseNames();
  if (drills.length === 0) return null;
  return (
    <Muted mt="3">
      <chakra.span fontWeight="640" color="ink">{title}: </chakra.span>
      {drills.map((drill, index) => {
        const phrase = phraseIn(language, drill.name);
        const { name, lang } = phrase === null ? nameOf(drill.name, drill.name) : { name: phrase, lang: undefined };
        return <Fragment key={drill.name}>{index > 0 && ' · '}<span lang={lang}>{name}</span> {clockOf(drill.seconds)}</Fragment>;
      })}
    </Muted>
  );
}

/** One line an exercise; it opens to why it is there, how it is done, and the way to have another. */
function Exercise({ plan, day, exercise }: { plan: Plan; day: PlanDay; exercise: PlannedExercise }): ReactNode {
  const text = useWords(planWords);
  const { t } = text;
  const unit = useUnit();
  const why = useWhy(exercise.exercise_id);
  const how = useHow(plan, day, exercise);
  const { name, lang } = useExerciseNames()(exercise.exercise_id, exercise.name);
  const [swapping, setSwapping] = useState(false);
  return (
    <Box as="li" borderTop="1px solid" borderColor="line">
      <Details>
        <Summary py="2.5" gap="3">
          <Box minW="0" flex="1">
            <Row gap="2">
              <H3 lang={lang}>{name}</H3>
              {exercise.superset != null && <Badge tone="info">{t('plan.superset', { name: exercise.superset })}</Badge>}
            </Row>
            <Num display="block" whiteSpace="normal" fontSize="sm" color="muted" mt="0.5">
              {targetOf(exercise, unit, text)} · {t('plan.rest', { time: clockOf(exercise.rest_s) })}
            </Num>
          </Box>
          <Box color="muted"><Chevron /></Box>
        </Summary>
        <Stack gap="2.5" pb="4" fontSize="sm" maxW="40rem">
          {why !== null && <P><chakra.strong fontWeight="640">{t('plan.whyThis')}</chakra.strong> {why}</P>}
          {how !== null && <P><chakra.strong fontWeight="640">{t('plan.how')}</chakra.strong> <span lang={how.lang}>{how.text}</span></P>}
          <Box>
            <Button look="outline" size="sm" aria-label={t('plan.swapTitle', { name })} onClick={() => setSwapping(true)}>
              <ArrowLeftRight size={16} aria-hidden="true" />
              {t('plan.swap')}
            </Button>
          </Box>
        </Stack>
      </Details>
      {swapping && <Swap plan={plan} day={day} exercise={exercise} onClose={() => setSwapping(false)} />}
    </Box>
  );
}

/** Today: the next session, what to know about it, how the streak stands and what is left of the quota. */
import { Box } from '@chakra-ui/react';
import { useQuery } from '@tanstack/react-query';
import { Check as Tick, Flame, Play, Sparkles } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import { motivationQuery, nextQuery, progressQuery, usageQuery } from '../api/queries';
import type { NextExercise, NextSession } from '../api/types';
import { titleIn } from '../i18n/engine';
import type { Named } from '../i18n/exercise';
import { planWords } from '../i18n/plan';
import { both, useText, useWords } from '../i18n/text';
import { todayWords } from '../i18n/today';
import { useHeld } from '../lib/external';
import { daysAgo, isoDate, weekOf } from '../lib/dates';
import { langOf } from '../parts/SourceLine';
import { targetOf } from '../parts/target';
import { useExerciseNames } from '../parts/useExerciseNames';
import { useUnit } from '../parts/useProfile';
import { currentUser } from '../session/session';
import { useHistory } from '../training/history';
import { fromNext, fromNothing } from '../training/live';
import { liveSession, putLive } from '../training/liveStore';
import { summarise } from '../training/summary';
import { Button, LinkButton } from '../ui/Button';
import { Empty, Loaded, Notice } from '../ui/feedback';
import { Badge, Card, Grid, H2, H3, Label, Meter, Muted, Num, P, Page, Row, Rows, Stack, Stat } from '../ui/layout';
import { Chevron, Details, Summary } from '../ui/More';

const words = both(todayWords, planWords);

export default function TodayPage(): ReactNode {
  const { t, date } = useWords(words);
  const [opened] = useState(() => Date.now());
  const next = useQuery(nextQuery);
  const user = currentUser();
  const name = user?.display_name === '' ? user.username : user?.display_name;
  return (
    <Page title={t(greeting(), { name: name ?? '' })} eyebrow={date(opened, 'day')}>
      <Motivation />
      <Loaded query={next} lines={4}>{(session) => (session === null ? <NoPlan /> : <Next session={session} />)}</Loaded>
      {/* What is below waits for what is above, so that nothing is pushed down while it is read. */}
      {(next.data !== undefined || next.isError) && (
        <>
          <Grid>
            <Week />
            <Quota />
          </Grid>
          <Recent />
        </>
      )}
    </Page>
  );
}

function greeting(): 'today.morning' | 'today.day' | 'today.evening' {
  const hour = new Date().getHours();
  if (hour < 11) return 'today.morning';
  return hour < 18 ? 'today.day' : 'today.evening';
}

function Motivation(): ReactNode {
  const { language } = useText();
  const { data, isError } = useQuery(motivationQuery);
  const translated = language === 'en' ? undefined : data?.translations?.[language]?.message;
  if (isError && data === undefined) return null;
  // Its place is kept while it is on its way, so that nothing jumps.
  return (
    <Row gap="3" alignItems="flex-start" flexWrap="nowrap" maxW="44rem" minH={{ base: '4.4rem', md: '3.3rem' }}>
      <Box color="brandText" mt="0.5" flexShrink="0">
        <Sparkles size={19} aria-hidden="true" />
      </Box>
      {data !== undefined && <P fontSize={{ base: 'md', md: 'lg' }} lineHeight="1.45" lang={translated === undefined ? langOf(data.source) : undefined}>{translated ?? data.message}</P>}
    </Row>
  );
}

function useBegin() {
  const navigate = useNavigate();
  const live = useHeld(liveSession);
  const { t } = useWords(words);
  const user = currentUser();
  return {
    live,
    begin(session: NextSession | null): void {
      if (live === null && user !== null) {
        putLive(session === null ? fromNothing(t('live.freeTitle'), user.id, Date.now()) : fromNext(session, user.id, Date.now()));
      }
      void navigate('/train');
    },
  };
}

function Next({ session }: { session: NextSession }): ReactNode {
  const nameOf = useExerciseNames('translated');
  const { t, plural, weekday, language } = useWords(words);
  const title = titleIn(language, session.title, 'en');
  const { live, begin } = useBegin();
  return (
    <>
      {(session.notes ?? []).map((note) => (
        <Notice key={note} tone="info"><P lang="en">{note}</P></Notice>
      ))}
      {(session.changes ?? []).map((change) => (
        <Notice key={`${change.rule}-${change.what}`} tone="info" title={<span lang="en">{change.what}</span>}><P lang="en">{change.why}</P></Notice>
      ))}
      <Card tone="hero" aria-labelledby="next-title">
        <Row justifyContent="space-between" alignItems="flex-end" gap="5">
          <Box minW="0">
            <Row gap="2">
              <Label color="heroMuted">{t('today.next', { day: weekday(session.day) })}</Label>
              {session.deload && <Badge tone="hero">{t('today.deload')}</Badge>}
            </Row>
            <H2 id="next-title" lang={title.lang} fontSize={{ base: '3xl', md: '4xl' }} fontWeight="770" mt="1" letterSpacing="-0.04em" lineHeight="1.05">
              {title.name}
            </H2>
            <P color="heroMuted" mt="2">{plural('count.exercises', session.exercises.length)} · {plural('count.minutesShort', session.estimated_minutes)}</P>
          </Box>
          <Button look="volt" size="lg" flex={{ base: '1 0 100%', md: 'none' }} onClick={() => begin(session)}>
            <Play size={20} fill="currentColor" aria-hidden="true" />
            {live === null ? t('today.start') : t('live.resume')}
          </Button>
        </Row>
        <Rows mt={{ base: '5', md: '6' }} gap="0">
          {session.exercises.map((one) => <Planned key={one.exercise_id} one={one} named={nameOf(one.exercise_id, one.name)} />)}
        </Rows>
        <Row mt="3" gap="1" ms="-3.5" mb="-2">
          <LinkButton to="/plan" look="heroGhost" bg="transparent" size="sm">{t('today.wholePlan')}</LinkButton>
          <Button look="heroGhost" bg="transparent" size="sm" onClick={() => begin(null)}>{t('today.free')}</Button>
        </Row>
      </Card>
    </>
  );
}

/** One exercise with its target; it opens to why the load is what it is. */
function Planned({ one, named }: { one: NextExercise; named: Named }): ReactNode {
  const text = useWords(words);
  const unit = useUnit();
  return (
    <Box as="li" borderTop="1px solid" borderColor="rgb(255 255 255 / 0.12)">
      <Details>
        <Summary gap="3" py="2">
          <Box minW="0" flex="1" display={{ md: 'flex' }} justifyContent="space-between" alignItems="baseline" gap="4">
            <H3 lang={named.lang}>{named.name}</H3>
            <Num color="volt" fontWeight="640" fontSize="sm" whiteSpace="normal">{targetOf(one, unit, text)}</Num>
          </Box>
          <Box color="heroMuted"><Chevron /></Box>
        </Summary>
        <P fontSize="sm" color="heroMuted" pb="3" maxW="38rem" lang="en">{one.why}</P>
      </Details>
    </Box>
  );
}

function NoPlan(): ReactNode {
  const { t } = useWords(words);
  const { begin } = useBegin();
  return (
    <Empty title={t('today.noPlan')}
      action={
        <Row justifyContent="center">
          <LinkButton to="/welcome">{t('today.makePlan')}</LinkButton>
          <Button look="outline" onClick={() => begin(null)}>{t('today.free')}</Button>
        </Row>
      }>
      {t('today.noPlanBody')}
    </Empty>
  );
}

/** Which days of this week were trained, and how the last four weeks went. */
function Week(): ReactNode {
  const { t, plural } = useWords(words);
  const { data } = useQuery(progressQuery(daysAgo(28)));
  const { items } = useHistory();
  const { adherence, streak } = data ?? { adherence: null, streak: null };
  return (
    <Card>
      <Row justifyContent="space-between">
        <H2>{t('today.week')}</H2>
        {streak !== null && streak.days > 0 && (
          <Badge tone="brand"><Flame size={14} aria-hidden="true" />{streak.days} {plural('today.streak', streak.days)}</Badge>
        )}
      </Row>
      <WeekStrip trained={new Set(items.map((item) => isoDate(Date.parse(item.log.started_at))))} />
      {adherence !== null && adherence.planned > 0 && (
        <Box mt="4">
          <Meter ratio={adherence.ratio ?? 0} />
          <Muted mt="2" fontSize="xs">{t('today.adherence', { done: adherence.done, planned: adherence.planned })}</Muted>
        </Box>
      )}
    </Card>
  );
}

function WeekStrip({ trained }: { trained: ReadonlySet<string> }): ReactNode {
  const { t, weekday, list } = useWords(words);
  const [today] = useState(() => isoDate());
  const days = weekOf(today);
  const done = days.filter((day) => trained.has(day));
  return (
    <>
      <P srOnly>{done.length === 0 ? t('today.weekNone') : t('today.weekDone', { days: list(done.map((day) => weekday(days.indexOf(day) + 1))) })}</P>
      <Box aria-hidden="true" display="grid" gridTemplateColumns="repeat(7, 1fr)" gap="1" mt="4" textAlign="center">
        {days.map((day, index) => (
          <Box key={day}>
            <Box w="8" h="8" mx="auto" rounded="full" display="grid" placeItems="center" border="2px solid"
              borderColor={trained.has(day) ? 'brand' : day === today ? 'edge' : 'line'} bg={trained.has(day) ? 'brand' : 'transparent'} color="onBrand">
              {trained.has(day) && <Tick size={17} strokeWidth={3} />}
            </Box>
            <Label display="block" mt="1.5" color={day === today ? 'ink' : 'muted'}>{weekday(index + 1, 'short').slice(0, 2)}</Label>
          </Box>
        ))}
      </Box>
    </>
  );
}

function Quota(): ReactNode {
  const { t, money, number, date } = useWords(words);
  const { data } = useQuery(usageQuery);
  if (data === undefined) return null;
  const left = Math.max(0, data.day.limit - data.day.used);
  return (
    <Card>
      <Row justifyContent="space-between">
        <H2>{t('quota.title')}</H2>
        <Badge tone="brand">{t(`tier.${data.tier}`)}</Badge>
      </Row>
      <Row gap="8" mt="4" alignItems="flex-start">
        <Stat value={number(left, 0)} label={t('quota.leftToday', { limit: number(data.day.limit, 0) })} />
        <Stat value={number(Math.max(0, data.month.limit - data.month.used), 0)} label={t('quota.leftMonth')} />
      </Row>
      <Box mt="4">
        <Meter ratio={data.day.limit === 0 ? 0 : left / data.day.limit} />
      </Box>
      <Muted mt="2" fontSize="xs">
        {t(left === 0 ? 'quota.none' : 'quota.detail', { spent: money(data.budget.spent_usd), limit: money(data.budget.limit_usd), when: date(data.day.resets_at, 'time') })}
      </Muted>
    </Card>
  );
}

function Recent(): ReactNode {
  const { t, plural, date, volume, language } = useWords(words);
  const unit = useUnit();
  const { items } = useHistory();
  const last = items[0];
  if (last === undefined) return null;
  const { sets, volumeKg } = summarise(last.log);
  return (
    <Card tone="quiet">
      <Stack gap="2">
        <Label>{t('today.last')}</Label>
        <Row justifyContent="space-between">
          <Box minW="0">
            <H3>{last.log.title == null ? t('history.untitled') : titleIn(language, last.log.title).name}</H3>
            <Muted>
              {date(last.log.started_at)} · {plural('count.sets', sets)}{volumeKg > 0 ? ` · ${volume(volumeKg, unit)}` : ''}
            </Muted>
          </Box>
          <Box asChild color="brandText" fontWeight="640" fontSize="sm" minH="11" display="inline-flex" alignItems="center">
            <Link to={`/history/${last.log.id}`}>{t('today.readBack')}</Link>
          </Box>
        </Row>
      </Stack>
    </Card>
  );
}

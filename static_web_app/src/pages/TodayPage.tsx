/** Today: the next session, what to know about it, how the streak stands and what is left of the quota. */
import { Box } from '@chakra-ui/react';
import { useQuery } from '@tanstack/react-query';
import { Flame, Play, Sparkles } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import { motivationQuery, nextQuery, progressQuery, usageQuery } from '../api/queries';
import type { NextSession } from '../api/types';
import { useText } from '../i18n/text';
import { useHeld } from '../lib/external';
import { daysAgo } from '../lib/dates';
import { targetOf } from '../parts/target';
import { useUnit } from '../parts/useProfile';
import { currentUser } from '../session/session';
import { useHistory } from '../training/history';
import { fromNext, fromNothing } from '../training/live';
import { liveSession, putLive } from '../training/liveStore';
import { summarise } from '../training/summary';
import { Button, LinkButton } from '../ui/Button';
import { Empty, Loaded, Notice } from '../ui/feedback';
import { Badge, Card, Grid, H2, H3, Label, Meter, Muted, Num, P, Page, Row, Rows, Stack, Stat } from '../ui/layout';

export default function TodayPage(): ReactNode {
  const { t, date } = useText();
  const [opened] = useState(() => Date.now());
  const next = useQuery(nextQuery);
  const user = currentUser();
  const name = user?.display_name === '' ? user.username : user?.display_name;
  return (
    <Page title={t(greeting(), { name: name ?? '' })} eyebrow={date(opened, 'day')}>
      <Motivation />
      <Loaded query={next} lines={4}>{(session) => (session === null ? <NoPlan /> : <Next session={session} />)}</Loaded>
      <Grid>
        <Week />
        <Quota />
      </Grid>
      <Recent />
    </Page>
  );
}

function greeting(): 'today.morning' | 'today.day' | 'today.evening' {
  const hour = new Date().getHours();
  if (hour < 11) return 'today.morning';
  return hour < 18 ? 'today.day' : 'today.evening';
}

function Motivation(): ReactNode {
  const { data } = useQuery(motivationQuery);
  if (data === undefined) return null;
  return (
    <Row gap="3" alignItems="flex-start" flexWrap="nowrap" maxW="40rem">
      <Box color="brandText" mt="0.5" flexShrink="0">
        <Sparkles size={19} aria-hidden="true" />
      </Box>
      <P fontSize={{ base: 'md', md: 'lg' }} lineHeight="1.45">{data.message}</P>
    </Row>
  );
}

function useBegin() {
  const navigate = useNavigate();
  const live = useHeld(liveSession);
  const { t } = useText();
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
  const text = useText();
  const { t, plural, weekday } = text;
  const unit = useUnit();
  const { live, begin } = useBegin();
  return (
    <>
      {(session.notes ?? []).map((note) => (
        <Notice key={note} tone="info">{note}</Notice>
      ))}
      <Card tone="hero" aria-labelledby="next-title">
        <Row justifyContent="space-between" alignItems="flex-start">
          <Box minW="0">
            <Label color="heroMuted">{t('today.next', { day: weekday(session.day) })}</Label>
            <H2 id="next-title" fontSize={{ base: '2xl', md: '3xl' }} mt="1" letterSpacing="-0.035em">
              {session.title}
            </H2>
          </Box>
          <Row gap="2">
            {session.deload && <Badge tone="hero">{t('today.deload')}</Badge>}
            <Badge tone="hero">{plural('count.minutesShort', session.estimated_minutes)}</Badge>
          </Row>
        </Row>
        <Rows mt="6" gap="0">
          {session.exercises.map((one) => (
            <Box as="li" key={one.exercise_id} py="3" borderTop="1px solid" borderColor="rgb(255 255 255 / 0.12)">
              <Row justifyContent="space-between" flexWrap="nowrap" gap="4">
                <H3>{one.name}</H3>
                <Num color="volt" fontWeight="640" fontSize="sm" textAlign="end" whiteSpace="normal">
                  {targetOf(one, unit, text)}
                </Num>
              </Row>
              {/* Without a last time the reason is the same for all; the logger gives it where it helps. */}
              {(one.previous ?? []).length > 0 && <P fontSize="sm" color="heroMuted" mt="0.5">{one.why}</P>}
            </Box>
          ))}
        </Rows>
        <Row mt="5" gap="3">
          <Button look="volt" size="lg" flex={{ base: '1', md: 'none' }} onClick={() => begin(session)}>
            <Play size={20} fill="currentColor" aria-hidden="true" />
            {live === null ? t('today.start') : t('live.resume')}
          </Button>
          <LinkButton to="/plan" look="heroGhost" size="lg">
            {t('today.wholePlan')}
          </LinkButton>
        </Row>
      </Card>
      {(session.changes ?? []).map((change) => (
        <Notice key={`${change.rule}-${change.what}`} tone="info" title={change.what}>{change.why}</Notice>
      ))}
      <Row>
        <Button look="ghost" size="sm" onClick={() => begin(null)}>
          {t('today.free')}
        </Button>
      </Row>
    </>
  );
}

function NoPlan(): ReactNode {
  const { t } = useText();
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

function Week(): ReactNode {
  const { t, plural } = useText();
  const { data } = useQuery(progressQuery(daysAgo(28)));
  if (data === undefined) return null;
  const { adherence, streak } = data;
  return (
    <Card>
      <Row justifyContent="space-between">
        <H2>{t('today.lately')}</H2>
        <Flame size={20} aria-hidden="true" color="currentColor" />
      </Row>
      <Row gap="8" mt="4">
        <Stat value={streak.days} label={plural('today.streak', streak.days)} />
        <Stat value={`${String(adherence.done)}/${String(adherence.planned)}`} label={t('today.adherence')} />
      </Row>
      <Box mt="4">
        <Meter ratio={adherence.ratio ?? 0} />
      </Box>
    </Card>
  );
}

function Quota(): ReactNode {
  const { t, money, date } = useText();
  const { data } = useQuery(usageQuery);
  if (data === undefined) return null;
  const left = Math.max(0, data.day.limit - data.day.used);
  return (
    <Card>
      <Row justifyContent="space-between">
        <H2>{t('quota.title')}</H2>
        <Badge tone="brand">{t(`tier.${data.tier}`)}</Badge>
      </Row>
      <Row gap="8" mt="4">
        <Stat value={left} label={t('quota.leftToday')} />
        <Stat value={Math.max(0, data.month.limit - data.month.used)} label={t('quota.leftMonth')} />
      </Row>
      <Box mt="4">
        <Meter ratio={data.day.limit === 0 ? 1 : data.day.used / data.day.limit} tone={left === 0 ? 'warn' : 'brand'} />
      </Box>
      <Muted mt="2" fontSize="xs">
        {t('quota.detail', { spent: money(data.budget.spent_usd), limit: money(data.budget.limit_usd), when: date(data.day.resets_at, 'time') })}
      </Muted>
    </Card>
  );
}

function Recent(): ReactNode {
  const { t, plural, date, weight } = useText();
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
            <H3>{last.log.title ?? t('history.untitled')}</H3>
            <Muted>
              {date(last.log.started_at)} · {plural('count.sets', sets)} · {weight(volumeKg, unit)}
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

/** Asking for a plan: what is going on in words, how long it takes, a way to cancel, and the old plan safe meanwhile. */
import { Box } from '@chakra-ui/react';
import { useEffect, useEffectEvent, useState, type ReactNode } from 'react';
import { ApiProblem } from '../api/problem';
import { planWords } from '../i18n/plan';
import { useWords } from '../i18n/text';
import { useHeld } from '../lib/external';
import { Button, Spinner } from '../ui/Button';
import { Notice, ProblemNotice } from '../ui/feedback';
import { Card, Muted, Num, P, Row, Stack } from '../ui/layout';
import { say } from '../ui/toast';
import { cancelGeneration, dismissGeneration, generation, resumeGeneration, retryGeneration } from './planRequest';

/** From then on it takes longer than it should. */
const LONG_S = 25;

/** Runs `then` once a plan is there; takes up a request that a reload interrupted. */
export function useMade(then: () => void): void {
  const { status } = useHeld(generation);
  const made = useEffectEvent(() => {
    dismissGeneration();
    then();
  });
  useEffect(resumeGeneration, []);
  useEffect(() => {
    if (status === 'made') made();
  }, [status]);
}

/** What is shown while a plan is written, and when that failed. */
export function Generating({ onLeave }: { onLeave?: () => void }): ReactNode {
  const { t } = useWords(planWords);
  const state = useHeld(generation);
  if (state.status === 'running') return <Progress startedAt={state.asked.startedAt} />;
  if (state.status !== 'failed') return null;
  const stop = state.error instanceof ApiProblem && state.error.code === 'safety_stop' ? state.error : null;
  return (
    <Stack>
      {stop === null ? <ProblemNotice error={state.error} /> : <Notice tone="danger" title={stop.problem.title}>{stop.problem.reply ?? stop.message}</Notice>}
      <Muted>{t('generate.kept')}</Muted>
      <Row>
        {stop === null && <Button onClick={retryGeneration}>{t('action.retry')}</Button>}
        <Button look="ghost"
          onClick={() => {
            dismissGeneration();
            onLeave?.();
          }}>
          {t('generate.later')}
        </Button>
      </Row>
    </Stack>
  );
}

function Progress({ startedAt }: { startedAt: number }): ReactNode {
  const { t } = useWords(planWords);
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((Date.now() - startedAt) / 1000), 200);
    return () => clearInterval(timer);
  }, [startedAt]);
  const long = seconds >= LONG_S;
  return (
    <Card tone="hero" as="div">
      <Stack gap="4">
        {/* The server tells no steps: what is said is what it does with every request, and the clock is the only measure. */}
        <Row gap="3" flexWrap="nowrap">
          <Box color="volt"><Spinner /></Box>
          <P fontWeight="660">{t('generate.title')}</P>
        </Row>
        <P color="heroMuted">{t('generate.working')}</P>
        <P role="status">{long ? t('generate.long') : ''}</P>
        <Row justifyContent="space-between">
          <Num color="heroMuted">{t('generate.elapsed', { n: Math.floor(seconds) })}</Num>
          <Button look="heroGhost"
            onClick={() => {
              cancelGeneration();
              say(t('generate.cancelled'));
            }}>
            {t('action.cancel')}
          </Button>
        </Row>
      </Stack>
    </Card>
  );
}

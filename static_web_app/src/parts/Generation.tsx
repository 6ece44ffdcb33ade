/** Asking for a plan: what is going on in words, how long it takes, a way to cancel, and the old plan safe meanwhile. */
import { Box } from '@chakra-ui/react';
import { useQueryClient } from '@tanstack/react-query';
import { Check as Tick } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { answerOf, client } from '../api/client';
import { ApiProblem } from '../api/problem';
import { usageQuery } from '../api/queries';
import type { PlanMade, PlanRequest } from '../api/types';
import { useText, type Key } from '../i18n/text';
import { newId } from '../lib/ids';
import { Button, Spinner } from '../ui/Button';
import { Notice, ProblemNotice } from '../ui/feedback';
import { Card, Muted, Num, P, Row, Stack } from '../ui/layout';

const STAGES: readonly { after: number; words: Key }[] = [
  { after: 0, words: 'generate.reading' },
  { after: 1.2, words: 'generate.choosing' },
  { after: 4, words: 'generate.writing' },
  { after: 12, words: 'generate.checking' },
  { after: 25, words: 'generate.long' },
];

export interface Generation {
  running: boolean;
  error: unknown;
  startedAt: number;
  start: (asked: PlanRequest) => Promise<PlanMade | null>;
  cancel: () => void;
  dismiss: () => void;
}

/** One request for a plan at a time. A repeated try carries the same key, so that an answer lost on the way is not paid twice. */
export function useGeneration(): Generation {
  const queries = useQueryClient();
  const [state, setState] = useState<{ running: boolean; error: unknown; startedAt: number }>({ running: false, error: null, startedAt: 0 });
  const abort = useRef<AbortController | null>(null);
  const key = useRef<{ id: string; body: string } | null>(null);
  useEffect(() => () => abort.current?.abort(), []);

  async function start(asked: PlanRequest): Promise<PlanMade | null> {
    const controller = new AbortController();
    abort.current = controller;
    const body = JSON.stringify(asked);
    if (key.current?.body !== body) key.current = { id: newId(), body };
    setState({ running: true, error: null, startedAt: Date.now() });
    try {
      const made = await answerOf(
        client.POST('/api/workouts/generate', { body: asked, signal: controller.signal, params: { header: { 'Idempotency-Key': key.current.id } } }),
      );
      key.current = null;
      queries.setQueryData(usageQuery.queryKey, made.usage);
      await Promise.all(['plans', 'next'].map((name) => queries.invalidateQueries({ queryKey: [name] })));
      setState({ running: false, error: null, startedAt: 0 });
      return made;
    } catch (error) {
      if (error instanceof ApiProblem && error.status < 500) key.current = null;
      setState({ running: false, error: controller.signal.aborted ? null : error, startedAt: 0 });
      return null;
    }
  }

  return {
    ...state,
    start,
    cancel: () => abort.current?.abort(),
    dismiss: () => setState({ running: false, error: null, startedAt: 0 }),
  };
}

/** What is shown while a plan is written, and when that failed. */
export function Generating({ generation, onRetry, onLeave }: { generation: Generation; onRetry: () => void; onLeave?: () => void }): ReactNode {
  const { t } = useText();
  if (generation.running) return <Progress generation={generation} />;
  if (generation.error == null) return null;
  const stop = generation.error instanceof ApiProblem && generation.error.code === 'safety_stop' ? generation.error : null;
  return (
    <Stack>
      {stop === null ? <ProblemNotice error={generation.error} /> : <Notice tone="danger" title={stop.problem.title}>{stop.problem.reply ?? stop.message}</Notice>}
      <Muted>{t('generate.kept')}</Muted>
      <Row>
        {stop === null && <Button onClick={onRetry}>{t('action.retry')}</Button>}
        <Button look="ghost" onClick={onLeave ?? generation.dismiss}>
          {t('generate.later')}
        </Button>
      </Row>
    </Stack>
  );
}

function Progress({ generation }: { generation: Generation }): ReactNode {
  const { t } = useText();
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((Date.now() - generation.startedAt) / 1000), 200);
    return () => clearInterval(timer);
  }, [generation.startedAt]);
  const stage = STAGES.findLastIndex((one) => seconds >= one.after);
  const words = STAGES[stage]?.words ?? 'generate.reading';
  return (
    <Card tone="hero" as="div">
      <Stack gap="5">
        <Stack gap="3">
          {STAGES.slice(0, 4).map((one, index) => (
            <Row key={one.words} gap="3" opacity={index > stage ? 0.5 : 1}>
              <Box w="6" h="6" display="grid" placeItems="center" color="volt">
                {index < stage ? <Tick size={20} aria-hidden="true" /> : index === stage ? <Spinner /> : null}
              </Box>
              <P fontWeight={index === stage ? '660' : '500'}>{t(one.words)}</P>
            </Row>
          ))}
        </Stack>
        <P role="status" srOnly>{t(words)}</P>
        {stage >= 4 && <P color="heroMuted">{t('generate.long')}</P>}
        <Row justifyContent="space-between">
          <Num color="heroMuted">{t('generate.elapsed', { n: Math.floor(seconds) })}</Num>
          <Button look="heroGhost" onClick={generation.cancel}>
            {t('action.cancel')}
          </Button>
        </Row>
      </Stack>
    </Card>
  );
}

/** Asking the coach to read a session or a period back: the words, and the facts they rest on. */
import { Box } from '@chakra-ui/react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Sparkles } from 'lucide-react';
import type { ReactNode } from 'react';
import { answerOf, client } from '../api/client';
import { usageQuery } from '../api/queries';
import { historyWords } from '../i18n/history';
import { useWords } from '../i18n/text';
import { newId } from '../lib/ids';
import { Button } from '../ui/Button';
import { ProblemNotice } from '../ui/feedback';
import { Card, H2, Stack } from '../ui/layout';
import { Prose } from '../ui/Prose';
import { FactList } from './FactList';
import { langOf, SourceLine } from './SourceLine';

export function Analysing({ ask }: { ask: { log_id: string } | { period: 'week' | 'month' } }): ReactNode {
  const { t } = useWords(historyWords);
  const kind = 'period' in ask ? ask.period : 'session';
  const queries = useQueryClient();
  const analysis = useMutation({
    mutationFn: () => answerOf(client.POST('/api/workouts/analyze', { body: ask, params: { header: { 'Idempotency-Key': newId() } } })),
    onSuccess: (made) => queries.setQueryData(usageQuery.queryKey, made.usage),
  });
  if (analysis.data === undefined) {
    return (
      <Stack gap="3">
        <ProblemNotice error={analysis.error} onRetry={() => analysis.mutate()} />
        {analysis.error === null && (
          <Box>
            <Button look="soft" busy={analysis.isPending} onClick={() => analysis.mutate()}>
              {!analysis.isPending && <Sparkles size={18} aria-hidden="true" />}
              {analysis.isPending ? t('analysis.reading') : t(`analysis.${kind}`)}
            </Button>
          </Box>
        )}
      </Stack>
    );
  }
  return (
    <Card aria-live="polite">
      <H2>{t(`analysis.${kind}Title`)}</H2>
      <Box mt="3">
        <Box lang={langOf(analysis.data.source)}><Prose text={analysis.data.narrative} /></Box>
      </Box>
      <Box mt="2"><FactList title={t('analysis.facts')} facts={analysis.data.facts.items ?? []} /></Box>
      <Box mt="3">
        <SourceLine source={analysis.data.source} />
      </Box>
    </Card>
  );
}

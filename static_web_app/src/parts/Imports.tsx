/** Imports as the server keeps them: how far the one under way has come, and the earlier ones, each with its undo. */
import { chakra } from '@chakra-ui/react';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { type ReactNode } from 'react';
import { answerOf, client } from '../api/client';
import type { ImportState } from '../api/types';
import { accountWords } from '../i18n/account';
import { useWords } from '../i18n/text';
import { Button } from '../ui/Button';
import { Card, H2, Muted, P, Row, Rows, Stack } from '../ui/layout';

const SHOWN = 10;
const LOOK_EVERY_MS = 700;

const importsQuery = (limit: number) => queryOptions({
  queryKey: ['imports', limit],
  queryFn: ({ signal }) => answerOf(client.GET('/api/workouts/imports', { signal, params: { query: { limit } } })),
});

/** Where a file comes from, as its maker writes the name. */
export function makerOf(kind: string): string {
  return { strong: 'Strong', hevy: 'Hevy', fitnotes: 'FitNotes', jefit: 'JEFIT', vigor: 'Vigor' }[kind] ?? kind;
}

/** A bar that fills as workouts are kept; nothing until the first have been. */
export function ImportUnderWay(): ReactNode {
  const { t, number } = useWords(accountWords);
  const { data } = useQuery({ ...importsQuery(1), refetchInterval: LOOK_EVERY_MS });
  const newest = data?.items[0];
  if (newest === undefined || newest.finished) return null;
  const of = newest.workouts + newest.duplicates;
  return (
    <Stack gap="2" aria-live="polite">
      <chakra.progress value={newest.workouts_done} max={of} w="full" aria-label={t('import.reading')} />
      <Muted>{t('import.kept', { done: number(newest.workouts_done, 0), of: number(of, 0) })}</Muted>
    </Stack>
  );
}

/** What was imported before, newest first. */
export function EarlierImports({ except, undoing, onUndo }: { except: string | null; undoing: string | null; onUndo: (id: string) => void }): ReactNode {
  const { t } = useWords(accountWords);
  const { data } = useQuery(importsQuery(SHOWN));
  const earlier = (data?.items ?? []).filter((one) => one.id !== except);
  if (earlier.length === 0) return null;
  return (
    <Card>
      <H2 mb="3">{t('import.earlier')}</H2>
      <Rows gap="3">
        {earlier.map((one) => <Earlier key={one.id} one={one} busy={undoing === one.id} onUndo={() => onUndo(one.id)} />)}
      </Rows>
    </Card>
  );
}

function Earlier({ one, busy, onUndo }: { one: ImportState; busy: boolean; onUndo: () => void }): ReactNode {
  const { t, date, number } = useWords(accountWords);
  return (
    <chakra.li display="flex" flexWrap="wrap" gap="3" alignItems="center" justifyContent="space-between">
      <Stack gap="0">
        <P fontWeight="640">{t('import.done', { kind: makerOf(one.kind) })}</P>
        <Muted>{date(one.at, 'full')} · {number(one.workouts, 0)} {t('import.workouts')} · {number(one.sets, 0)} {t('import.sets')}</Muted>
        {!one.finished && <Muted>{t('import.cut')}</Muted>}
      </Stack>
      <Row><Button look="dangerGhost" busy={busy} onClick={onUndo}>{t('import.undo')}</Button></Row>
    </chakra.li>
  );
}

/** Who changed what, when, before and after; and whether the trail is whole. */
import { Box, chakra } from '@chakra-ui/react';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answerOf, client } from '../../api/client';
import type { AuditEntry } from '../../api/types';
import { adminWords } from '../../i18n/admin';
import { useWords } from '../../i18n/text';
import { Button } from '../../ui/Button';
import { Empty, Loaded, Notice, ProblemNotice } from '../../ui/feedback';
import { Card, H3, Muted, Row, Rows, Stack } from '../../ui/layout';

export function Audit(): ReactNode {
  const { t } = useWords(adminWords);
  const query = useInfiniteQuery({
    queryKey: ['manage', 'audit'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => answerOf(client.GET('/api/manage/audit', { signal, params: { query: { limit: 50, cursor: pageParam } } })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const check = useMutation({ mutationFn: () => answerOf(client.GET('/api/manage/audit', { params: { query: { limit: 1, verify: true } } })) });
  const chain = check.data?.chain;
  const entries = query.data?.pages.flatMap((page) => page.items);
  return (
    <Stack>
      <Row><Button look="soft" busy={check.isPending} onClick={() => check.mutate()}>{t('audit.check')}</Button></Row>
      <ProblemNotice error={check.error} />
      {chain != null && (chain.whole ? <Notice tone="good">{t('audit.whole', { n: chain.entries })}</Notice> : <Notice tone="danger">{t('audit.broken', { n: chain.broken_at ?? 0 })}</Notice>)}
      <Card>
        <Loaded query={{ data: entries, error: query.error, refetch: query.refetch }}>
          {(list) => list.length === 0 ? <Empty title={t('audit.empty')} /> : <Rows gap="0">{list.map((entry) => <Entry key={entry.seq} entry={entry} />)}</Rows>}
        </Loaded>
      </Card>
      {query.hasNextPage && <Button look="outline" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('action.more')}</Button>}
    </Stack>
  );
}

function Entry({ entry }: { entry: AuditEntry }): ReactNode {
  const { date } = useWords(adminWords);
  const names = [...new Set([...Object.keys(entry.before ?? {}), ...Object.keys(entry.after ?? {})])].filter((name) => show(entry.before?.[name]) !== show(entry.after?.[name]));
  return (
    <Box as="li" py="3" borderBottom="1px solid" borderColor="line">
      <Row justifyContent="space-between" gap="2">
        <H3>{entry.action}{entry.target === null ? '' : ` · ${entry.target}`}</H3>
        <Muted>{date(entry.at, 'full')}</Muted>
      </Row>
      <Muted>{`#${String(entry.seq)} · ${entry.actor}`}</Muted>
      {names.length > 0 && (
        <Box mt="1.5" fontSize="sm">
          {names.map((name) => (
            <Box key={name}>
              {name}: <chakra.del color="danger">{show(entry.before?.[name])}</chakra.del> → <chakra.ins color="good" textDecoration="none" fontWeight="640">{show(entry.after?.[name])}</chakra.ins>
            </Box>
          ))}
        </Box>
      )}
    </Box>
  );
}

function show(value: unknown): string {
  if (value === undefined || value === null) return '–';
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}

/** Who changed what, when, before and after; and whether the trail is whole. */
import { Box, chakra } from '@chakra-ui/react';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { ShieldCheck } from 'lucide-react';
import { Fragment, type ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { answerOf, client } from '../../api/client';
import type { AuditChain, AuditEntry } from '../../api/types';
import { adminWords } from '../../i18n/admin';
import { useWords } from '../../i18n/text';
import { Button } from '../../ui/Button';
import { TextField } from '../../ui/Field';
import { Empty, Loaded, Notice, ProblemNotice } from '../../ui/feedback';
import { Card, H3, Muted, Row, Rows, Stack } from '../../ui/layout';
import { withParam } from './Table';

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
  const [params, setParams] = useSearchParams();
  const wanted = params.get('q') ?? '';
  const entries = query.data?.pages.flatMap((page) => page.items).filter((entry) => holds(entry, wanted));
  return (
    <Stack>
      <Row justifyContent="space-between" alignItems="flex-end" gap="4">
        <Box flex="1" minW={{ base: 'full', md: '18rem' }}>
          <TextField name="q" type="search" label={t('audit.search')} value={wanted} onValue={(q) => setParams((before) => withParam(before, 'q', q), { replace: true })} autoComplete="off" />
        </Box>
        <Button look="soft" minH="12" busy={check.isPending} onClick={() => check.mutate()}>
          {!check.isPending && <ShieldCheck size={18} aria-hidden="true" />}
          {t('audit.check')}
        </Button>
      </Row>
      <ProblemNotice error={check.error} />
      {chain != null && <Verdict chain={chain} />}
      <Card>
        <Loaded query={{ data: entries, error: query.error, refetch: query.refetch }}>
          {(list) => list.length === 0 ? <Empty title={t(wanted === '' ? 'audit.empty' : 'audit.none')}>{t(wanted === '' ? 'audit.emptyBody' : 'audit.noneBody')}</Empty> : <Rows gap="0">{list.map((entry) => <Entry key={entry.seq} entry={entry} />)}</Rows>}
        </Loaded>
      </Card>
      {query.hasNextPage && <Button look="outline" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('action.more')}</Button>}
    </Stack>
  );
}

function Verdict({ chain }: { chain: AuditChain }): ReactNode {
  const { t } = useWords(adminWords);
  if (chain.whole) return <Notice tone="good" title={t('audit.whole', { n: chain.entries })} />;
  if (chain.broken_at === null) return <Notice tone="warn" title={t('audit.part', { n: chain.entries })}>{t('audit.partBody')}</Notice>;
  return <Notice tone="danger" title={t('audit.broken', { n: chain.broken_at })}>{t('audit.brokenBody')}</Notice>;
}

const ACTIONS = ['provider.change', 'account.erase', 'tier.change', 'user.change', 'user.tier', 'user.read', 'user.list', 'password.change', 'sessions.end', 'consent.give', 'consent.withdraw', 'refresh_reuse', 'coach.leak', 'admin.sign_in', 'admin.first'] as const;

function Entry({ entry }: { entry: AuditEntry }): ReactNode {
  const { t, date } = useWords(adminWords);
  const names = [...new Set([...Object.keys(entry.before ?? {}), ...Object.keys(entry.after ?? {})])].filter((name) => show(entry.before?.[name]) !== show(entry.after?.[name]));
  const action = ACTIONS.find((one) => one === entry.action);
  return (
    <Box as="li" py="3.5" borderTop="1px solid" borderColor="line" _first={{ borderTop: '0' }}>
      <Row justifyContent="space-between" gap="2">
        <H3 as="h2">{action === undefined ? entry.action : t(`audit.${action}`)}</H3>
        <Muted>{date(entry.at, 'full')}</Muted>
      </Row>
      <Muted>{t('audit.line', { n: entry.seq, actor: entry.actor, target: entry.target ?? '–' })}</Muted>
      {names.length > 0 && (
        <Box as="dl" mt="2" fontSize="sm" display="grid" gridTemplateColumns="auto minmax(0, 1fr)" columnGap="4" rowGap="1">
          {names.map((name) => (
            <Fragment key={name}>
              <Box as="dt" color="muted">{name}</Box>
              <Box as="dd" m="0"><chakra.del color="danger">{show(entry.before?.[name])}</chakra.del> → <chakra.ins color="good" textDecoration="none" fontWeight="640">{show(entry.after?.[name])}</chakra.ins></Box>
            </Fragment>
          ))}
        </Box>
      )}
    </Box>
  );
}

/** Whether an entry speaks of something: its action, who, whom or what. */
function holds(entry: AuditEntry, wanted: string): boolean {
  return [entry.action, entry.actor, entry.target ?? '', JSON.stringify(entry.after ?? entry.before ?? {})].some((text) => text.toLowerCase().includes(wanted.trim().toLowerCase()));
}

function show(value: unknown): string {
  if (value === undefined || value === null) return '–';
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}

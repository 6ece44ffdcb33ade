/** People: found by the beginning of a name or address, filtered and sorted; role, tier, disabling and erasing. */
import { Box, chakra } from '@chakra-ui/react';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { answerOf, client } from '../../api/client';
import type { ManagedUser } from '../../api/types';
import { adminWords } from '../../i18n/admin';
import { useWords } from '../../i18n/text';
import { currentUser } from '../../session/session';
import { Button } from '../../ui/Button';
import { Confirm } from '../../ui/Dialog';
import { Field, NativeSelect, TextField } from '../../ui/Field';
import { Empty, Loaded, ProblemNotice } from '../../ui/feedback';
import { Badge, Card, Muted, P, Row, Stack } from '../../ui/layout';
import { say } from '../../ui/toast';
import { withStepUp } from './stepUp';
import { Table, withParam } from './Table';

const TIERS = ['free', 'premium', 'unlimited'] as const;
const ROLES = ['user', 'admin'] as const;
const REASONS = ['support', 'abuse', 'legal', 'billing'] as const;

export function Users(): ReactNode {
  const { t } = useWords(adminWords);
  const [params, setParams] = useSearchParams();
  const wanted = params.get('q') ?? '';
  const reason = REASONS.find((one) => one === params.get('reason')) ?? 'unstated';
  const query = useInfiniteQuery({
    queryKey: ['manage', 'users', wanted, reason],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => answerOf(client.GET('/api/manage/users', { signal, params: { query: { limit: 50, cursor: pageParam, reason, ...(wanted === '' ? {} : { q: wanted }) } } })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: (before) => before,
  });
  const set = (name: string, value: string): void => setParams((before) => withParam(before, name, value), { replace: true });
  const people = query.data?.pages.flatMap((page) => page.items).filter((one) =>
    (params.get('role') ?? one.role) === one.role && (params.get('tier') ?? one.tier) === one.tier && (params.get('state') ?? stateOf(one)) === stateOf(one));
  return (
    <Card>
      <Stack gap="5">
        <Box display="grid" gap="4" gridTemplateColumns={{ base: 'repeat(2, minmax(0, 1fr))', lg: '2fr repeat(4, 1fr)' }}>
          <Box gridColumn={{ base: '1 / -1', lg: 'auto' }}>
            <TextField name="q" type="search" label={t('admin.search')} placeholder={t('admin.searchHint')} value={wanted} onValue={(q) => set('q', q)} autoComplete="off" />
          </Box>
          <Filter label={t('admin.role')} value={params.get('role') ?? ''} options={ROLES.map((role) => [role, t(`role.${role}`)])} onValue={(role) => set('role', role)} />
          <Filter label={t('admin.tier')} value={params.get('tier') ?? ''} options={TIERS.map((tier) => [tier, t(`tier.${tier}`)])} onValue={(tier) => set('tier', tier)} />
          <Filter label={t('admin.state')} value={params.get('state') ?? ''} options={[['active', t('admin.active')], ['disabled', t('admin.disabled')]]} onValue={(state) => set('state', state)} />
          <Filter label={t('admin.reason')} value={reason === 'unstated' ? '' : reason} none={t('reason.unstated')} options={REASONS.map((one) => [one, t(`reason.${one}`)])} onValue={(one) => set('reason', one)} />
        </Box>
        <Loaded query={{ data: people, error: query.error, refetch: query.refetch }}>
          {(list) => list.length === 0 ? <Empty title={t('admin.nobody')}>{t('admin.nobodyBody')}</Empty> : <List people={list} />}
        </Loaded>
        {query.hasNextPage && <Button look="outline" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('action.more')}</Button>}
      </Stack>
    </Card>
  );
}

const stateOf = (user: ManagedUser): string => (user.disabled ? 'disabled' : 'active');

function Filter({ label, value, none, options, onValue }: { label: string; value: string; none?: string; options: readonly (readonly [string, string])[]; onValue: (value: string) => void }): ReactNode {
  const { t } = useWords(adminWords);
  return (
    <Field label={label}>
      {(described) => (
        <NativeSelect {...described} value={value} onChange={(event) => onValue(event.target.value)}>
          <option value="">{none ?? t('admin.any')}</option>
          {options.map(([name, words]) => <option key={name} value={name}>{words}</option>)}
        </NativeSelect>
      )}
    </Field>
  );
}

const Pick = chakra('select', { base: { minH: '11', w: { base: 'full', md: 'auto' }, px: '3', rounded: 'md', border: '1.5px solid', borderColor: 'edge', bg: 'surface', fontSize: 'sm', color: 'ink', _disabled: { opacity: 0.6 } } });

/** What is asked before it is done. */
type Asked = { kind: 'erase'; user: ManagedUser } | { kind: 'disable'; user: ManagedUser } | { kind: 'role'; user: ManagedUser; role: ManagedUser['role'] };

function List({ people }: { people: readonly ManagedUser[] }): ReactNode {
  const { t, date } = useWords(adminWords);
  const { change, tier, remove } = useChanges();
  const [asked, setAsked] = useState<Asked | null>(null);
  const self = currentUser()?.id;
  return (
    <>
      <ProblemNotice error={change.error ?? tier.error ?? remove.error} />
      <Table label={t('admin.users')} rows={people} keyOf={(one) => one.id} columns={[
        {
          name: 'person', head: t('admin.person'), sortBy: (one) => one.username,
          cell: (one) => (
            <>
              <Row gap="2"><P fontWeight="640">{one.username}</P>{one.disabled && <Badge tone="danger">{t('admin.disabled')}</Badge>}{one.id === self && <Badge>{t('admin.you')}</Badge>}</Row>
              <Muted fontWeight="400">{one.email}</Muted>
            </>
          ),
        },
        {
          name: 'role', head: t('admin.role'), sortBy: (one) => t(`role.${one.role}`),
          cell: (one) => (
            <Pick aria-label={t('admin.roleOf', { name: one.username })} value={one.role} disabled={one.id === self || change.isPending} onChange={(event) => setAsked({ kind: 'role', user: one, role: event.target.value as ManagedUser['role'] })}>
              {ROLES.map((role) => <option key={role} value={role}>{t(`role.${role}`)}</option>)}
            </Pick>
          ),
        },
        {
          name: 'tier', head: t('admin.tier'), sortBy: (one) => TIERS.indexOf(one.tier),
          cell: (one) => (
            <Pick aria-label={t('admin.tierOf', { name: one.username })} value={one.tier} disabled={tier.isPending} onChange={(event) => tier.mutate({ id: one.id, to: event.target.value as ManagedUser['tier'] })}>
              {TIERS.map((name) => <option key={name} value={name}>{t(`tier.${name}`)}</option>)}
            </Pick>
          ),
        },
        { name: 'joined', head: t('admin.joined'), sortBy: (one) => one.created_at, cell: (one) => <Box whiteSpace="nowrap">{date(one.created_at, 'long')}</Box> },
        {
          name: 'actions', head: t('admin.actions'),
          cell: (one) => one.id === self ? '–' : (
            <Row gap="1" flexWrap="nowrap" ms={{ base: '-3.5', md: '0' }}>
              <Button size="sm" look="ghost" aria-label={t(one.disabled ? 'admin.enableNamed' : 'admin.disableNamed', { name: one.username })} onClick={() => (one.disabled ? change.mutate({ id: one.id, disabled: false }) : setAsked({ kind: 'disable', user: one }))}>
                {one.disabled ? t('admin.enable') : t('admin.disable')}
              </Button>
              <Button size="sm" look="dangerGhost" aria-label={t('admin.eraseNamed', { name: one.username })} onClick={() => setAsked({ kind: 'erase', user: one })}>{t('action.delete')}</Button>
            </Row>
          ),
        },
      ]} />
      {asked !== null && (
        <Ask asked={asked} onClose={() => setAsked(null)}
          onConfirm={() => {
            setAsked(null);
            const { id } = asked.user;
            if (asked.kind === 'erase') remove.mutate(id);
            else change.mutate(asked.kind === 'disable' ? { id, disabled: true } : { id, role: asked.role });
          }} />
      )}
    </>
  );
}

function useChanges() {
  const { t } = useWords(adminWords);
  const queries = useQueryClient();
  const done = async (words: string): Promise<void> => {
    await queries.invalidateQueries({ queryKey: ['manage'] });
    say(words);
  };
  const change = useMutation({
    mutationFn: ({ id, ...body }: { id: string; role?: ManagedUser['role']; disabled?: boolean }) => withStepUp(() => answerOf(client.PATCH('/api/manage/users/{id}', { params: { path: { id } }, body }))),
    onSuccess: (user) => done(t('admin.changed', { name: user.username })),
  });
  const tier = useMutation({
    mutationFn: ({ id, to }: { id: string; to: ManagedUser['tier'] }) => withStepUp(() => answerOf(client.PUT('/api/manage/users/{id}/tier', { params: { path: { id } }, body: { tier: to } }))),
    onSuccess: (user) => done(t('admin.changed', { name: user.username })),
  });
  const remove = useMutation({
    mutationFn: (id: string) => withStepUp(() => answerOf(client.DELETE('/api/manage/users/{id}', { params: { path: { id } } }))),
    onSuccess: () => done(t('admin.erased')),
  });
  return { change, tier, remove };
}

function Ask({ asked, onConfirm, onClose }: { asked: Asked; onConfirm: () => void; onClose: () => void }): ReactNode {
  const { t } = useWords(adminWords);
  const name = asked.user.username;
  if (asked.kind === 'erase') return <Confirm title={t('admin.eraseTitle', { name })} word={name} action={t('admin.erase')} onConfirm={onConfirm} onClose={onClose}><P>{t('admin.eraseBody')}</P></Confirm>;
  if (asked.kind === 'disable') return <Confirm title={t('admin.disableTitle', { name })} action={t('admin.disable')} onConfirm={onConfirm} onClose={onClose}><P>{t('admin.disableBody')}</P></Confirm>;
  return <Confirm title={t('admin.roleTitle', { name, role: t(`role.${asked.role}`) })} look="solid" action={t('stepUp.go')} onConfirm={onConfirm} onClose={onClose}><P>{t(`admin.roleBody.${asked.role}`)}</P></Confirm>;
}

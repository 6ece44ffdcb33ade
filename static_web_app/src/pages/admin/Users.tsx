/** People: found by the beginning of a name or address; role, tier, disabling and erasing. */
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
import { TextField } from '../../ui/Field';
import { Empty, Loaded, ProblemNotice } from '../../ui/feedback';
import { Badge, Card, Muted, P, Row, Stack } from '../../ui/layout';
import { say } from '../../ui/toast';
import { withStepUp } from './stepUp';
import { Cells, Scroll } from './Table';

const TIERS = ['free', 'premium', 'unlimited'] as const;

export function Users(): ReactNode {
  const { t } = useWords(adminWords);
  const [params, setParams] = useSearchParams();
  const wanted = params.get('q') ?? '';
  const query = useInfiniteQuery({
    queryKey: ['manage', 'users', wanted],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => answerOf(client.GET('/api/manage/users', { signal, params: { query: { limit: 50, cursor: pageParam, ...(wanted === '' ? {} : { q: wanted }) } } })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const people = query.data?.pages.flatMap((page) => page.items);
  return (
    <Card>
      <Stack gap="4">
        <TextField name="q" type="search" label={t('admin.search')} value={wanted} onValue={(q) => setParams(q === '' ? {} : { q }, { replace: true })} />
        <Loaded query={{ data: people, error: query.error, refetch: query.refetch }}>
          {(list) => list.length === 0 ? <Empty title={t('admin.nobody')} /> : <List people={list} />}
        </Loaded>
        {query.hasNextPage && <Button look="outline" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('action.more')}</Button>}
      </Stack>
    </Card>
  );
}

const Pick = chakra('select', { base: { minH: '11', px: '3', rounded: 'md', border: '1.5px solid', borderColor: 'edge', bg: 'surface', fontSize: 'sm', color: 'ink' } });

function List({ people }: { people: readonly ManagedUser[] }): ReactNode {
  const { t, date } = useWords(adminWords);
  const queries = useQueryClient();
  const [removing, setRemoving] = useState<ManagedUser | null>(null);
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
  const self = currentUser()?.id;
  return (
    <>
      <ProblemNotice error={change.error ?? tier.error ?? remove.error} />
      <Scroll label={t('admin.users')}>
        <Cells>
          <thead><tr><th scope="col">{t('admin.person')}</th><th scope="col">{t('admin.role')}</th><th scope="col">{t('admin.tier')}</th><th scope="col">{t('admin.joined')}</th><th scope="col">{t('admin.actions')}</th></tr></thead>
          <tbody>
            {people.map((one) => (
              <tr key={one.id}>
                <th scope="row">
                  <Row gap="2"><P fontWeight="640">{one.username}</P>{one.disabled && <Badge tone="danger">{t('admin.disabled')}</Badge>}</Row>
                  <Muted fontWeight="400">{one.email}</Muted>
                </th>
                <td>
                  <Pick aria-label={t('admin.roleOf', { name: one.username })} value={one.role} disabled={one.id === self || change.isPending} onChange={(event) => change.mutate({ id: one.id, role: event.target.value as ManagedUser['role'] })}>
                    <option value="user">{t('role.user')}</option>
                    <option value="admin">{t('role.admin')}</option>
                  </Pick>
                </td>
                <td>
                  <Pick aria-label={t('admin.tierOf', { name: one.username })} value={one.tier} disabled={tier.isPending} onChange={(event) => tier.mutate({ id: one.id, to: event.target.value as ManagedUser['tier'] })}>
                    {TIERS.map((name) => <option key={name} value={name}>{t(`tier.${name}`)}</option>)}
                  </Pick>
                </td>
                <td><Box whiteSpace="nowrap">{date(one.created_at, 'long')}</Box></td>
                <td>
                  {one.id !== self && (
                    <Row gap="1" flexWrap="nowrap">
                      <Button size="sm" look="ghost" onClick={() => change.mutate({ id: one.id, disabled: !one.disabled })}>{one.disabled ? t('admin.enable') : t('admin.disable')}</Button>
                      <Button size="sm" look="dangerGhost" onClick={() => setRemoving(one)}>{t('action.delete')}</Button>
                    </Row>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </Cells>
      </Scroll>
      {removing !== null && (
        <Confirm title={t('admin.eraseTitle', { name: removing.username })} word={removing.username} action={t('admin.erase')} onClose={() => setRemoving(null)}
          onConfirm={async () => {
            setRemoving(null);
            await remove.mutateAsync(removing.id).catch(() => undefined);
          }}>
          <P>{t('admin.eraseBody')}</P>
        </Confirm>
      )}
    </>
  );
}

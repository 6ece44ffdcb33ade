/** Plans that were used before: to go back to, or to delete. */
import { Box } from '@chakra-ui/react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answerOf, client } from '../api/client';
import type { Plan } from '../api/types';
import { planWords } from '../i18n/plan';
import { useWords } from '../i18n/text';
import { Button } from '../ui/Button';
import { Confirm } from '../ui/Dialog';
import { ProblemNotice } from '../ui/feedback';
import { Card, H2, H3, Muted, P, Row, Rows } from '../ui/layout';

export function EarlierPlans({ plans }: { plans: readonly Plan[] }): ReactNode {
  const { t, date } = useWords(planWords);
  const queries = useQueryClient();
  const [removing, setRemoving] = useState<Plan | null>(null);
  const refresh = (): Promise<unknown> => Promise.all(['plans', 'next'].map((name) => queries.invalidateQueries({ queryKey: [name] })));
  const activate = useMutation({ mutationFn: (id: string) => answerOf(client.POST('/api/plans/{id}/activate', { params: { path: { id } } })), onSuccess: refresh });
  const remove = useMutation({ mutationFn: (id: string) => answerOf(client.DELETE('/api/plans/{id}', { params: { path: { id } } })), onSuccess: refresh });
  if (plans.length === 0) return null;
  return (
    <Card tone="quiet">
      <H2>{t('plan.others')}</H2>
      <ProblemNotice error={activate.error ?? remove.error} />
      <Rows mt="3">
        {plans.map((plan) => (
          <Row as="li" key={plan.id} justifyContent="space-between">
            <Box minW="0">
              <H3>{plan.name}</H3>
              <Muted>{date(plan.created_at, 'long')}</Muted>
            </Box>
            <Row gap="1">
              <Button size="sm" look="ghost" busy={activate.isPending && activate.variables === plan.id} onClick={() => activate.mutate(plan.id)}>{t('plan.activate')}</Button>
              <Button size="sm" look="dangerGhost" onClick={() => setRemoving(plan)}>{t('action.delete')}</Button>
            </Row>
          </Row>
        ))}
      </Rows>
      {removing !== null && (
        <Confirm title={t('plan.deleteTitle', { name: removing.name })} action={t('action.delete')} onClose={() => setRemoving(null)}
          onConfirm={async () => {
            await remove.mutateAsync(removing.id).catch(() => undefined);
            setRemoving(null);
          }}>
          <P>{t('plan.deleteBody')}</P>
        </Confirm>
      )}
    </Card>
  );
}

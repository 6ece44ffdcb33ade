/** Whether the service can serve: the store, the secrets and the providers as one worker sees them. */
import { Box } from '@chakra-ui/react';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleMinus, RefreshCw, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { answerOf, client } from '../../api/client';
import { adminWords } from '../../i18n/admin';
import { useWords } from '../../i18n/text';
import { Button } from '../../ui/Button';
import { Loaded } from '../../ui/feedback';
import { Card, H2, Label, Muted, Row, Rows, Stack } from '../../ui/layout';

const LOOK_EVERY_MS = 30_000;
const STATES = ['ok', 'ready', 'closed', 'half_open', 'open'] as const;

export function Health(): ReactNode {
  const { t, date } = useWords(adminWords);
  const query = useQuery({ queryKey: ['manage', 'health'], queryFn: ({ signal }) => answerOf(client.GET('/api/health/ready', { signal })), refetchInterval: LOOK_EVERY_MS });
  return (
    <Card>
      <Stack gap="4">
        <Row justifyContent="space-between">
          <Box>
            <H2>{t('admin.health')}</H2>
            {query.dataUpdatedAt > 0 && <Muted>{t('admin.asOf', { when: date(query.dataUpdatedAt, 'time') })}</Muted>}
          </Box>
          <Button look="outline" size="sm" busy={query.isFetching} onClick={() => void query.refetch()}>
            {!query.isFetching && <RefreshCw size={16} aria-hidden="true" />}
            {t('action.refresh')}
          </Button>
        </Row>
        <Loaded query={query}>
          {({ status, store, secrets, providers }) => (
            <Stack gap="5">
              <Rows gap="0">
                <Part name={t('ready.status')} state={status ?? 'ready'} />
                <Part name={t('ready.store')} state={store ?? 'ok'} />
                <Part name={t('ready.secrets')} state={secrets ?? 'ok'} />
              </Rows>
              <Box>
                <Label>{t('admin.providers')}</Label>
                <Rows gap="0" mt="1">
                  {Object.entries(providers).map(([name, state]) => <Part key={name} name={name} state={state} />)}
                </Rows>
              </Box>
            </Stack>
          )}
        </Loaded>
      </Stack>
    </Card>
  );
}

/** A sign and a word; what is no known state is a sentence of the server's. */
function Part({ name, state }: { name: string; state: string }): ReactNode {
  const { t } = useWords(adminWords);
  const known = STATES.find((one) => one === state);
  const [Icon, colour] = known === undefined ? [CircleMinus, 'muted'] as const : known === 'open' || known === 'half_open' ? [TriangleAlert, 'warn'] as const : [CircleCheck, 'good'] as const;
  return (
    <Row as="li" justifyContent="space-between" py="2.5" borderTop="1px solid" borderColor="line">
      <Box fontWeight="600">{name}</Box>
      <Row gap="2" color={colour} fontSize="sm" fontWeight="600">
        <Icon size={18} aria-hidden="true" />
        {known === undefined ? <span lang="en">{state}</span> : t(known === 'ok' || known === 'ready' ? 'ready.ok' : `health.${known}`)}
      </Row>
    </Row>
  );
}

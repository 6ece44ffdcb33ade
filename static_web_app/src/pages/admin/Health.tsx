/** Whether the service can serve: the store, the secrets and the providers as one worker sees them. */
import { Box } from '@chakra-ui/react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answerOf, client } from '../../api/client';
import { adminWords } from '../../i18n/admin';
import { useWords } from '../../i18n/text';
import { Button } from '../../ui/Button';
import { Loaded } from '../../ui/feedback';
import { Badge, Card, H2, Muted, Row, Rows, Stack } from '../../ui/layout';

export function Health(): ReactNode {
  const { t } = useWords(adminWords);
  const query = useQuery({ queryKey: ['manage', 'health'], queryFn: ({ signal }) => answerOf(client.GET('/api/health/ready', { signal })), refetchInterval: 30_000 });
  return (
    <Card>
      <Stack gap="4">
        <Row justifyContent="space-between">
          <H2>{t('admin.health')}</H2>
          <Button look="ghost" size="sm" busy={query.isFetching} onClick={() => void query.refetch()}>{t('action.refresh')}</Button>
        </Row>
        <Loaded query={query}>
          {(ready) => (
            <Rows gap="0">
              {Object.entries(flat(ready)).map(([name, value]) => (
                <Row as="li" key={name} justifyContent="space-between" py="2.5" borderTop="1px solid" borderColor="line">
                  <Box fontWeight="600">{name}</Box>
                  {value === 'ok' || value === 'ready' ? <Badge tone="good">{value}</Badge> : <Muted>{value}</Muted>}
                </Row>
              ))}
            </Rows>
          )}
        </Loaded>
      </Stack>
    </Card>
  );
}

function flat(value: object, path = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]: [string, unknown]): [string, string][] => {
      const here = path === '' ? name : `${path} · ${name}`;
      return typeof inner === 'object' && inner !== null ? Object.entries(flat(inner, here)) : [[here, String(inner as string | number | boolean | null)]];
    }),
  );
}

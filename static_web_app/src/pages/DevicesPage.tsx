/** Where one is signed in, and the password. */
import { Box, chakra } from '@chakra-ui/react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answerOf, client } from '../api/client';
import { devicesQuery } from '../api/queries';
import { accountWords } from '../i18n/account';
import { useWords } from '../i18n/text';
import { SignOut } from '../parts/SignOut';
import { Button } from '../ui/Button';
import { TextField } from '../ui/Field';
import { Loaded, ProblemNotice } from '../ui/feedback';
import { Badge, Card, H2, H3, Muted, Page, Row, Rows, Stack } from '../ui/layout';
import { say } from '../ui/toast';
import { useForm } from '../ui/useForm';

export default function DevicesPage(): ReactNode {
  const { t } = useWords(accountWords);
  return (
    <Page title={t('nav.devices')}>
      <Devices />
      <Password />
    </Page>
  );
}

function Devices(): ReactNode {
  const { t, date } = useWords(accountWords);
  const queries = useQueryClient();
  const query = useQuery(devicesQuery);
  const end = useMutation({
    mutationFn: (id: string) => answerOf(client.DELETE('/api/auth/sessions/{id}', { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: devicesQuery.queryKey }),
  });
  return (
    <Card>
      <H2>{t('devices.title')}</H2>
      <ProblemNotice error={end.error} />
      <Loaded query={query}>
        {({ items }) => (
          <Rows mt="3" gap="0">
            {items.map((device) => (
              <Row as="li" key={device.id} justifyContent="space-between" py="3" borderTop="1px solid" borderColor="line">
                <Box minW="0">
                  <Row gap="2">
                    <H3>{agentName(device.agent)}</H3>
                    {device.current && <Badge tone="good">{t('devices.this')}</Badge>}
                  </Row>
                  <Muted>{t('devices.used', { when: date(device.last_used_at, 'full') })}</Muted>
                </Box>
                {!device.current && <Button look="dangerGhost" size="sm" busy={end.isPending && end.variables === device.id} onClick={() => end.mutate(device.id)}>{t('devices.end')}</Button>}
              </Row>
            ))}
          </Rows>
        )}
      </Loaded>
      <Box mt="4"><SignOut scope="everywhere">{t('devices.endAll')}</SignOut></Box>
    </Card>
  );
}

/** `Chrome · Android` out of a user agent, or as much of it as can be read. */
export function agentName(agent: string | null | undefined): string {
  const text = agent ?? '';
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(text)?.[1];
  const system = /(iPhone|iPad|Android|Windows|Mac OS X|Linux)/.exec(text)?.[1];
  const names: Record<string, string> = { Edg: 'Edge', OPR: 'Opera', 'Mac OS X': 'macOS' };
  const parts = [browser, system].filter((part) => part !== undefined).map((part) => names[part] ?? part);
  return parts.length > 0 ? parts.join(' · ') : text.slice(0, 40) || '?';
}

function Password(): ReactNode {
  const { t } = useWords(accountWords);
  const form = useForm(
    { current_password: '', new_password: '' },
    (values) => ({
      ...(values.current_password === '' ? { current_password: t('auth.passwordNeeded') } : {}),
      ...([...values.new_password].length >= 12 ? {} : { new_password: t('auth.passwordShort', { n: 12 }) }),
    }),
    async (values, clear) => {
      await answerOf(client.POST('/api/auth/password', { body: values }));
      clear();
      say(t('devices.passwordChanged'));
    },
  );
  return (
    <Card>
      <chakra.form noValidate onSubmit={(event) => void form.submit(event)}>
        <Stack gap="4">
          <H2>{t('devices.password')}</H2>
          <TextField name="current_password" type="password" label={t('devices.current')} autoComplete="current-password" value={form.values.current_password} error={form.errors['current_password']} onValue={(value) => form.set('current_password', value)} />
          <TextField name="new_password" type="password" label={t('devices.new')} hint={t('devices.newHint')} autoComplete="new-password" value={form.values.new_password} error={form.errors['new_password']} onValue={(value) => form.set('new_password', value)} />
          <ProblemNotice error={form.failure} />
          <Box><Button type="submit" busy={form.busy}>{t('devices.change')}</Button></Box>
        </Stack>
      </chakra.form>
    </Card>
  );
}

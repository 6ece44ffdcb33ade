/** Asks an administrator for the password, or for a sign-in elsewhere, again before a change goes through. */
import { chakra } from '@chakra-ui/react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLocation } from 'react-router';
import { answerOf, client } from '../../api/client';
import { oidcQuery } from '../../api/queries';
import { adminWords } from '../../i18n/admin';
import { oidcWords } from '../../i18n/oidc';
import { both, useWords } from '../../i18n/text';
import { useHeld } from '../../lib/external';
import { begin, canAsk } from '../../session/oidc';
import { adopt, currentUser } from '../../session/session';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { TextField } from '../../ui/Field';
import { ProblemNotice } from '../../ui/feedback';
import { Muted, P, Row, Stack } from '../../ui/layout';
import { useForm } from '../../ui/useForm';
import { asking, type PasswordAsk } from './stepUp';

const stepUpWords = both(adminWords, oidcWords);

export function StepUp(): ReactNode {
  const ask = useHeld(asking);
  return ask === null ? null : <Ask ask={ask} />;
}

function Ask({ ask }: { ask: PasswordAsk }): ReactNode {
  const { t } = useWords(adminWords);
  const form = useForm(
    { password: '' },
    ({ password }) => (password === '' ? { password: t('auth.passwordNeeded') } : {}),
    async ({ password }) => {
      const identifier = currentUser()?.username ?? '';
      await adopt(await answerOf(client.POST('/api/auth/login', { body: { identifier, password } })));
      asking.set(null);
      ask.resolve();
    },
  );
  return (
    <Dialog title={t('stepUp.title')}
      onClose={() => {
        asking.set(null);
        ask.reject(null);
      }}>
      <P>{t('stepUp.body')}</P>
      <chakra.form noValidate onSubmit={(event) => void form.submit(event)}>
        <Stack gap="4">
          <TextField name="password" type="password" label={t('auth.password')} autoComplete="current-password" value={form.values.password} error={form.errors['password']} onValue={(value) => form.set('password', value)} />
          <ProblemNotice error={form.failure} />
          <Elsewhere />
          <Row justifyContent="flex-end"><Button type="submit" busy={form.busy}>{t('stepUp.go')}</Button></Row>
        </Stack>
      </chakra.form>
    </Dialog>
  );
}

/** For administrators without a password: the service they sign in with. The change has to be made again afterwards. */
function Elsewhere(): ReactNode {
  const { t } = useWords(stepUpWords);
  const { pathname, search } = useLocation();
  const issuers = useQuery({ ...oidcQuery, enabled: canAsk() }).data?.items ?? [];
  if (issuers.length === 0) return null;
  return (
    <Stack gap="2">
      <Muted>{t('stepUp.elsewhere')}</Muted>
      {issuers.map((issuer) => (
        <Button key={issuer.issuer} look="outline" wide onClick={() => void begin(issuer, pathname + search)}>{t('oidc.with', { name: issuer.name })}</Button>
      ))}
    </Stack>
  );
}

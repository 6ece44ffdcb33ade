/** Sign in with a password. */
import { chakra } from '@chakra-ui/react';
import { useLocation, Link } from 'react-router';
import type { ReactNode } from 'react';
import { answerOf, client } from '../api/client';
import { authWords } from '../i18n/auth';
import { useWords } from '../i18n/text';
import { OidcButtons } from '../parts/OidcButtons';
import { adopt } from '../session/session';
import { Button } from '../ui/Button';
import { TextField } from '../ui/Field';
import { Notice, ProblemNotice } from '../ui/feedback';
import { P, Page, Stack } from '../ui/layout';
import { useForm } from '../ui/useForm';

export default function SignInPage(): ReactNode {
  const { t } = useWords(authWords);
  const location = useLocation() as { state: { ended?: boolean } | null };
  const form = useForm(
    { identifier: '', password: '' },
    ({ identifier, password }) => ({
      ...(identifier.trim() === '' ? { identifier: t('auth.identifierNeeded') } : {}),
      ...(password === '' ? { password: t('auth.passwordNeeded') } : {}),
    }),
    async ({ identifier, password }) => adopt(await answerOf(client.POST('/api/auth/login', { body: { identifier: identifier.trim(), password } }))),
  );
  return (
    <Page title={t('auth.signInTitle')}>
      {location.state?.ended === true && <Notice tone="info" title={t('auth.ended')}>{t('auth.endedBody')}</Notice>}
      <chakra.form noValidate onSubmit={(event) => void form.submit(event)}>
        <Stack gap="5">
          <TextField name="identifier" label={t('auth.identifier')} autoComplete="username" value={form.values.identifier} error={form.errors['identifier']} onValue={(value) => form.set('identifier', value)} />
          <TextField name="password" type="password" label={t('auth.password')} autoComplete="current-password" value={form.values.password} error={form.errors['password']} onValue={(value) => form.set('password', value)} />
          <ProblemNotice error={form.failure} />
          <Button type="submit" size="lg" wide busy={form.busy}>
            {t('auth.signIn')}
          </Button>
        </Stack>
      </chakra.form>
      <OidcButtons />
      <P color="muted">
        {t('auth.noAccount')}{' '}
        <chakra.span asChild color="brandText" fontWeight="640" textDecoration="underline" textUnderlineOffset="3px">
          <Link to="/register">{t('auth.createOne')}</Link>
        </chakra.span>
      </P>
    </Page>
  );
}

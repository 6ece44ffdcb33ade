/** A new account, with its two consents. */
import { chakra } from '@chakra-ui/react';
import { Link } from 'react-router';
import type { ReactNode } from 'react';
import { answerOf, client } from '../api/client';
import { authWords } from '../i18n/auth';
import { useWords } from '../i18n/text';
import { OidcButtons } from '../parts/OidcButtons';
import { adopt } from '../session/session';
import { Button } from '../ui/Button';
import { Check, TextField } from '../ui/Field';
import { ProblemNotice } from '../ui/feedback';
import { P, Page, Stack } from '../ui/layout';
import { useForm } from '../ui/useForm';

const SHORTEST_PASSWORD = 12;

export default function RegisterPage(): ReactNode {
  const { t } = useWords(authWords);
  const form = useForm(
    { email: '', username: '', display_name: '', password: '', terms: false, health: false },
    (values) => ({
      ...(/^\S+@\S+\.\S+$/.test(values.email.trim()) ? {} : { email: t('auth.emailWrong') }),
      ...(/^[a-z0-9][a-z0-9._-]{1,28}[a-z0-9]$/i.test(values.username.trim()) ? {} : { username: t('auth.usernameWrong') }),
      ...([...values.password].length >= SHORTEST_PASSWORD ? {} : { password: t('auth.passwordShort', { n: SHORTEST_PASSWORD }) }),
      ...(values.terms ? {} : { terms: t('auth.consentNeeded') }),
      ...(values.health ? {} : { health: t('auth.consentNeeded') }),
    }),
    async (values) => {
      const name = values.display_name.trim();
      const body = {
        email: values.email.trim(), username: values.username.trim(), password: values.password, ...(name === '' ? {} : { display_name: name }),
        consent: { terms: true, health_data: true } as const,
      };
      await adopt(await answerOf(client.POST('/api/auth/register', { body })));
    },
  );
  const { values, errors, set } = form;
  return (
    <Page title={t('auth.registerTitle')}>
      <chakra.form noValidate onSubmit={(event) => void form.submit(event)}>
        <Stack gap="5">
          <TextField name="email" type="email" label={t('auth.email')} autoComplete="email" value={values.email} error={errors['email']} onValue={(value) => set('email', value)} />
          <TextField name="username" label={t('auth.username')} hint={t('auth.usernameHint')} autoComplete="username" value={values.username} error={errors['username']} onValue={(value) => set('username', value)} />
          <TextField name="display_name" label={t('auth.displayName')} autoComplete="name" value={values.display_name} error={errors['display_name']} onValue={(value) => set('display_name', value)} />
          <TextField name="password" type="password" label={t('auth.password')} hint={t('auth.passwordHint', { n: SHORTEST_PASSWORD })} autoComplete="new-password" value={values.password} error={errors['password']} onValue={(value) => set('password', value)} />
          <Stack gap="1">
            <Check name="terms" checked={values.terms} error={errors['terms']} onChecked={(checked) => set('terms', checked)}>
              {t('auth.terms')}{' '}
              <chakra.span asChild color="brandText" textDecoration="underline"><Link to="/about">{t('auth.termsLink')}</Link></chakra.span>
            </Check>
            <Check name="health" checked={values.health} error={errors['health']} onChecked={(checked) => set('health', checked)}>
              {t('auth.health')}
            </Check>
          </Stack>
          <ProblemNotice error={form.failure} />
          <Button type="submit" size="lg" wide busy={form.busy}>
            {t('auth.register')}
          </Button>
        </Stack>
      </chakra.form>
      <OidcButtons />
      <P color="muted">
        {t('auth.haveAccount')}{' '}
        <chakra.span asChild color="brandText" fontWeight="640" textDecoration="underline" textUnderlineOffset="3px">
          <Link to="/signin">{t('auth.signIn')}</Link>
        </chakra.span>
      </P>
    </Page>
  );
}

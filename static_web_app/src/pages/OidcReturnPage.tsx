/** Where another service sends people back to after they signed in there. */
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, type ReactNode } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { oidcWords } from '../i18n/oidc';
import { useWords } from '../i18n/text';
import { finish } from '../session/oidc';
import { adopt } from '../session/session';
import { LinkButton } from '../ui/Button';
import { Notice, ProblemNotice, Skeleton } from '../ui/feedback';
import { Page } from '../ui/layout';

export default function OidcReturnPage(): ReactNode {
  const { t } = useWords(oidcWords);
  const { search } = useLocation();
  const navigate = useNavigate();
  const begun = useRef(false);
  const { mutate, data, error, isSuccess, isError } = useMutation({
    mutationFn: finish,
    onSuccess: async (given) => {
      if (given === null) return;
      await adopt(given.session);
      void navigate(given.then ?? '/today', { replace: true });
    },
  });
  useEffect(() => {
    if (begun.current) return; // a code is good once
    begun.current = true;
    mutate(search);
  }, [mutate, search]);
  const refused = isSuccess && data === null;
  if (!refused && !isError) return <Page title={t('oidc.working')}><Skeleton /></Page>;
  return (
    <Page title={t('oidc.failedTitle')}>
      {refused ? <Notice tone="warn">{t('oidc.refused')}</Notice> : <ProblemNotice error={error} />}
      <LinkButton to="/signin" size="lg" wide>{t('oidc.back')}</LinkButton>
    </Page>
  );
}

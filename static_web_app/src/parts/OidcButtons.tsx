/** Ways to sign in with another service, where this Vigor has any; both consents are asked for once a device. */
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { oidcQuery } from '../api/queries';
import type { OidcIssuer } from '../api/types';
import { oidcWords } from '../i18n/oidc';
import { useWords } from '../i18n/text';
import { begin, canAsk, hasConsented, rememberConsent } from '../session/oidc';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { Check } from '../ui/Field';
import { P, Stack } from '../ui/layout';

export function OidcButtons(): ReactNode {
  const { t } = useWords(oidcWords);
  const { data } = useQuery({ ...oidcQuery, enabled: canAsk() });
  const [chosen, setChosen] = useState<OidcIssuer | null>(null);
  const issuers = data?.items ?? [];
  if (issuers.length === 0) return null;
  return (
    <Stack gap="3" mt="4">
      <P color="muted" textAlign="center">{t('oidc.or')}</P>
      {issuers.map((issuer) => (
        <Button key={issuer.issuer} look="outline" size="lg" wide onClick={() => (hasConsented() ? void begin(issuer) : setChosen(issuer))}>
          {t('oidc.with', { name: issuer.name })}
        </Button>
      ))}
      {chosen !== null && <ConsentDialog issuer={chosen} onClose={() => setChosen(null)} />}
    </Stack>
  );
}

function ConsentDialog({ issuer, onClose }: { issuer: OidcIssuer; onClose: () => void }): ReactNode {
  const { t } = useWords(oidcWords);
  const [terms, setTerms] = useState(false);
  const [health, setHealth] = useState(false);
  return (
    <Dialog title={t('oidc.consentFirst', { name: issuer.name })} onClose={onClose}>
      <Stack gap="3">
        <Check name="terms" checked={terms} onChecked={setTerms}>{t('auth.terms')}</Check>
        <Check name="health" checked={health} onChecked={setHealth}>{t('auth.health')}</Check>
        <Button
          wide
          disabled={!terms || !health}
          onClick={() => {
            rememberConsent();
            void begin(issuer);
          }}>
          {t('oidc.go', { name: issuer.name })}
        </Button>
      </Stack>
    </Dialog>
  );
}

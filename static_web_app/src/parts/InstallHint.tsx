/** Offers to install the app after the second workout; a no is for good. */
import { Box } from '@chakra-ui/react';
import { useState, type ReactNode } from 'react';
import { installWords } from '../i18n/install';
import { useWords } from '../i18n/text';
import { useHeld } from '../lib/external';
import { installOffer, isApple, isInstalled } from '../lib/install';
import { keep, readKept } from '../lib/kept';
import { useHistory } from '../training/history';
import { Button } from '../ui/Button';
import { Notice } from '../ui/feedback';

const DISMISSED = 'vigor.install';
const ENOUGH = 2;

export default function InstallHint(): ReactNode {
  const { t } = useWords(installWords);
  const offer = useHeld(installOffer);
  const { items } = useHistory();
  const [dismissed, setDismissed] = useState(() => readKept(DISMISSED) !== null);
  const byHand = offer === null && isApple();
  if (dismissed || isInstalled() || items.length < ENOUGH || (offer === null && !byHand)) return null;

  function dismiss(): void {
    keep(DISMISSED, 'no');
    setDismissed(true);
  }

  return (
    <Box maxW="page" mx="auto" mt="8">
      <Notice tone="info" title={t('install.title')}
        action={
          <>
            {offer !== null && <Button size="sm" onClick={() => void offer.prompt().then(() => installOffer.set(null))}>{t('install.do')}</Button>}
            <Button size="sm" look="ghost" onClick={dismiss}>{t('install.never')}</Button>
          </>
        }>
        {t(byHand ? 'install.apple' : 'install.body')}
      </Notice>
    </Box>
  );
}

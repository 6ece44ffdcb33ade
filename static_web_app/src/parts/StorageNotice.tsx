/** Says that this device keeps nothing just now, before anything can be lost by closing the page. */
import { Box } from '@chakra-ui/react';
import { useEffect, type ReactNode } from 'react';
import { useText } from '../i18n/text';
import { useHeld } from '../lib/external';
import { outbox } from '../offline/queue';
import { trouble } from '../offline/trouble';
import { liveSession } from '../training/liveStore';
import { Notice } from '../ui/feedback';

export function StorageNotice(): ReactNode {
  const { t } = useText();
  const kind = useHeld(trouble);
  useEffect(() => {
    if (kind === null) return;
    const ask = (event: BeforeUnloadEvent): void => {
      if (liveSession.get() !== null || outbox.loose() > 0) event.preventDefault();
    };
    globalThis.addEventListener('beforeunload', ask);
    return () => globalThis.removeEventListener('beforeunload', ask);
  }, [kind]);
  if (kind === null) return null;
  return (
    <Box maxW="page" mx="auto" mb="4" px={{ base: '3', md: '0' }}>
      <Notice tone="warn" title={t(`storage.${kind}`)}>{t('storage.body')}</Notice>
    </Box>
  );
}

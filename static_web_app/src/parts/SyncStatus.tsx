/** In words: whether everything is saved, what waits, and what needs the person. */
import { Box } from '@chakra-ui/react';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { useText } from '../i18n/text';
import { useHeld } from '../lib/external';
import { outbox } from '../offline/queue';
import { session } from '../session/session';
import { useConnected } from './useConnected';

const Outgoing = lazy(() => import('./Outgoing'));

export function SyncStatus(): ReactNode {
  const { t, plural } = useText();
  const [open, setOpen] = useState(false);
  const { items, reachable, sending } = useHeld(outbox.state);
  const { status } = useHeld(session);
  const connected = useConnected();
  const online = connected && reachable && status !== 'offline';
  const parked = items.filter((item) => item.parked !== null).length;
  const waiting = items.length - parked;
  let words = t('sync.saved');
  let tone = 'good';
  if (parked > 0) [words, tone] = [plural('sync.attention', parked), 'danger'];
  else if (!online) [words, tone] = [waiting > 0 ? plural('sync.offlineWaiting', waiting) : t('sync.offline'), 'warn'];
  else if (waiting > 0) [words, tone] = [sending ? t('sync.sending') : plural('sync.waiting', waiting), 'info'];
  return (
    <>
      <Box asChild display="inline-flex" alignItems="center" gap="2" minH="11" px="2" rounded="full" fontSize="xs" fontWeight="620" color={tone === 'good' ? 'muted' : tone} cursor="pointer" textAlign="start" lineHeight="1.25">
        <button type="button" onClick={() => setOpen(true)} aria-label={`${t('sync.label')}: ${words}`}>
          <Box as="span" aria-hidden="true" w="2" h="2" rounded="full" flexShrink="0" bg={tone} />
          <span role="status">{words}</span>
        </button>
      </Box>
      {open && (
        <Suspense>
          <Outgoing onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

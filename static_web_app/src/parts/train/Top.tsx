/** The head of the logger: what is trained, for how long, where it is kept, and the end of it. */
import { Box, chakra } from '@chakra-ui/react';
import { ChevronDown } from 'lucide-react';
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { titleIn } from '../../i18n/engine';
import { useWords } from '../../i18n/text';
import { trainWords } from '../../i18n/train';
import { clockOf } from '../../lib/countdown';
import { useHeld } from '../../lib/external';
import { trouble } from '../../offline/trouble';
import type { LiveSession } from '../../training/live';
import { changeLive } from '../../training/liveStore';
import { Button, IconButton } from '../../ui/Button';
import { Num, Row } from '../../ui/layout';
import { say } from '../../ui/toast';
import { useConnected } from '../useConnected';
import { useUnit } from '../useProfile';
import { discardSession, keepSession, type Ended } from './ending';

const FinishDialog = lazy(() => import('./FinishDialog'));

export function Top({ live, onFinish }: { live: LiveSession; onFinish: () => void }): ReactNode {
  const { t, language } = useWords(trainWords);
  const navigate = useNavigate();
  return (
    <Row as="header" flexWrap="nowrap" gap="2" px={{ base: '2', md: '6' }} pt="max(0.5rem, env(safe-area-inset-top))" pb="1" justifyContent="space-between">
      <IconButton label={t('live.minimise')} onClick={() => void navigate('/today')}>
        <ChevronDown size={24} />
      </IconButton>
      <Box textAlign="center" minW="0">
        <chakra.h1 fontWeight="680" fontSize="sm" truncate>{live.title === '' ? t('live.title') : titleIn(language, live.title).name}</chakra.h1>
        <Row gap="2" justifyContent="center" flexWrap="nowrap" fontSize="xs" color="muted">
          {!live.known && <Elapsed since={live.startedAt} />}
          <Kept />
        </Row>
      </Box>
      <Button size="sm" look="soft" onClick={onFinish}>{t('live.finish')}</Button>
    </Row>
  );
}

/** Where the session is kept while it runs: here, and nowhere else before it is finished. */
function Kept(): ReactNode {
  const { t } = useWords(trainWords);
  const connected = useConnected();
  const refused = useHeld(trouble);
  if (refused !== null) return null;
  return <chakra.span role="status" truncate>{t(connected ? 'live.here' : 'live.hereOffline')}</chakra.span>;
}

/** The end of the session, asked for from the top or from the dock. */
export function Ending({ live, onClose }: { live: LiveSession; onClose: () => void }): ReactNode {
  const { t } = useWords(trainWords);
  const navigate = useNavigate();
  const unit = useUnit();

  function offerBack(text: string, { takeBack }: Pick<Ended, 'takeBack'>): void {
    say(text, () => void takeBack().then((back) => (back ? navigate('/train') : say(t('live.busy')))));
  }

  return (
    <Suspense>
      <FinishDialog live={live} unit={unit} onClose={onClose} onChange={(values) => changeLive((now) => ({ ...now, ...values }))}
        onFinish={() => void keepSession(live).then((ended) => {
          void navigate(`/history/${ended.logId}`, { replace: true });
          offerBack(t('finish.saved'), ended);
        })}
        onDiscard={() => {
          const ended = discardSession(live);
          void navigate('/today', { replace: true });
          offerBack(t('finish.discarded'), ended);
        }} />
    </Suspense>
  );
}

function Elapsed({ since }: { since: number }): ReactNode {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return <Num color="muted" fontSize="sm">{clockOf((now - since) / 1000)}</Num>;
}

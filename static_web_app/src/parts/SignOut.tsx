/** Signing out, here or everywhere; where something has not reached the server, only after saying so and offering a copy. */
import { useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { leavingWords } from '../i18n/leaving';
import { useWords } from '../i18n/text';
import { isoDate } from '../lib/dates';
import { downloadJson } from '../lib/download';
import { useHeld } from '../lib/external';
import { outbox } from '../offline/queue';
import { signOut } from '../session/session';
import { liveSession } from '../training/liveStore';
import { Button } from '../ui/Button';
import { Confirm } from '../ui/Dialog';
import { P } from '../ui/layout';

export function SignOut({ scope, children }: { scope: 'here' | 'everywhere'; children: ReactNode }): ReactNode {
  const { t, plural } = useWords(leavingWords);
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const { items } = useHeld(outbox.state);
  const live = useHeld(liveSession);

  async function leave(): Promise<void> {
    await signOut(scope).catch(() => undefined);
    void navigate('/signin', { replace: true });
  }

  function copy(): void {
    downloadJson({ unsent: items.map(({ kind, logId, log }) => ({ kind, id: logId, log })), in_progress: live }, `vigor-unsent-${isoDate()}.json`);
  }

  return (
    <>
      <Button look="outline" onClick={() => (items.length > 0 || live !== null ? setAsking(true) : void leave())}>{children}</Button>
      {asking && (
        <Confirm title={t('auth.signOut')} action={t('auth.signOutAnyway')} onConfirm={leave} onClose={() => setAsking(false)}>
          {items.length > 0 && <P>{plural('auth.unsent', items.length)}</P>}
          {live !== null && <P>{t('leaving.live')}</P>}
          <Button look="soft" onClick={copy}>{t('leaving.copy')}</Button>
        </Confirm>
      )}
    </>
  );
}

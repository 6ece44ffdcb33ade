/** What is kept, taking it along, and taking it back. */
import { useMutation } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { answerOf, client } from '../api/client';
import { ApiProblem } from '../api/problem';
import { accountWords } from '../i18n/account';
import { useWords } from '../i18n/text';
import { isoDate } from '../lib/dates';
import { useHeld } from '../lib/external';
import { download, downloadJson } from '../lib/download';
import { eraseFor } from '../offline/database';
import { outbox } from '../offline/queue';
import { ConsentCard } from '../parts/ConsentCard';
import { currentUser, forget } from '../session/session';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { TextField } from '../ui/Field';
import { Notice, ProblemNotice } from '../ui/feedback';
import { Card, H2, Muted, P, Page, Row, Stack } from '../ui/layout';
import { say } from '../ui/toast';

export default function PrivacyPage(): ReactNode {
  const { t, plural } = useWords(accountWords);
  const [leaving, setLeaving] = useState(false);
  const { items } = useHeld(outbox.state);
  const take = useMutation({
    mutationFn: () => answerOf(client.GET('/api/me/export', {})),
    onSuccess: (everything) => {
      const unsent = items.length > 0 ? { unsent_on_this_device: items.map((item) => item.log).filter((log) => log !== null) } : {};
      downloadJson({ ...(everything as object), ...unsent }, `vigor-${isoDate()}.json`);
    },
  });
  const table = useMutation({
    mutationFn: () => answerOf(client.GET('/api/me/export', { params: { query: { format: 'csv' } }, parseAs: 'blob' })),
    onSuccess: (file) => download(file as unknown as Blob, `vigor-workouts-${isoDate()}.csv`),
  });
  return (
    <Page title={t('nav.privacy')}>
      <Card>
        <Stack gap="3">
          <H2>{t('privacy.keptTitle')}</H2>
          <P>{t('privacy.kept')}</P>
          <Muted>{t('privacy.device')}</Muted>
        </Stack>
      </Card>
      <Card>
        <Stack gap="3" alignItems="flex-start">
          <H2>{t('privacy.exportTitle')}</H2>
          <P>{t('privacy.export')}</P>
          <ProblemNotice error={take.error ?? table.error} />
          <Row>
            <Button busy={take.isPending} onClick={() => take.mutate()}>
              <Download size={18} aria-hidden="true" />
              {t('privacy.exportDo')}
            </Button>
            <Button look="outline" busy={table.isPending} onClick={() => table.mutate()}>{t('privacy.exportTable')}</Button>
          </Row>
        </Stack>
      </Card>
      <ConsentCard />
      <Card borderColor="danger">
        <Stack gap="3" alignItems="flex-start">
          <H2>{t('privacy.deleteTitle')}</H2>
          <P>{t('privacy.delete')}</P>
          {items.length > 0 && <Notice tone="warn">{plural('privacy.unsent', items.length)}</Notice>}
          <Button look="danger" onClick={() => setLeaving(true)}>{t('privacy.deleteDo')}</Button>
        </Stack>
      </Card>
      {leaving && <DeleteDialog onClose={() => setLeaving(false)} />}
    </Page>
  );
}

function DeleteDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t, field } = useWords(accountWords);
  const navigate = useNavigate();
  const [password, setPassword] = useState('');
  const [typed, setTyped] = useState('');
  const user = currentUser();
  const remove = useMutation({
    mutationFn: () => answerOf(client.DELETE('/api/me', { body: password === '' ? {} : { password } })),
    onSuccess: async () => {
      // Where the browser keeps nothing there is nothing to erase.
      if (user !== null) await eraseFor(user.id).catch(() => undefined);
      await forget('none');
      void navigate('/signin', { replace: true });
      say(t('privacy.gone'));
    },
  });
  const wrong = remove.error instanceof ApiProblem ? remove.error.fields['password'] : undefined;
  return (
    <Dialog title={t('privacy.deleteTitle')} onClose={onClose}>
      <P>{t('privacy.deleteSure')}</P>
      <TextField name="password" type="password" label={t('auth.password')} hint={t('privacy.passwordHint')} error={wrong === undefined ? undefined : field(wrong)} autoComplete="current-password" value={password} onValue={setPassword} />
      <TextField name="confirm" label={t('confirm.type', { word: user?.username ?? '' })} value={typed} onValue={setTyped} autoComplete="off" />
      <ProblemNotice error={remove.error} />
      <Row justifyContent="flex-end">
        <Button look="ghost" onClick={onClose}>{t('action.cancel')}</Button>
        <Button look="danger" busy={remove.isPending} disabled={typed.trim() !== user?.username} onClick={() => remove.mutate()}>{t('privacy.deleteForGood')}</Button>
      </Row>
    </Dialog>
  );
}

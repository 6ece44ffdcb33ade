/** The consent one has given: when, what taking it back means, and giving it again. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answerOf, client } from '../api/client';
import { accountWords } from '../i18n/account';
import { useWords } from '../i18n/text';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { Check } from '../ui/Field';
import { Loaded, Notice, ProblemNotice } from '../ui/feedback';
import { Card, H2, P, Row, Stack } from '../ui/layout';
import { say } from '../ui/toast';

const KEY = ['consent'];

export function ConsentCard(): ReactNode {
  const { t, date } = useWords(accountWords);
  const [asking, setAsking] = useState<'give' | 'withdraw' | null>(null);
  const query = useQuery({ queryKey: KEY, queryFn: ({ signal }) => answerOf(client.GET('/api/me/consent', { signal })) });
  return (
    <Card>
      <Stack gap="3" alignItems="flex-start">
        <H2>{t('consent.title')}</H2>
        <Loaded query={query} lines={2}>
          {({ health_data: given, given_at: at }) => given
            ? (
              <>
                <P>{at == null ? t('consent.given') : t('consent.givenAt', { when: date(at, 'long') })}</P>
                <Button look="outline" onClick={() => setAsking('withdraw')}>{t('consent.withdraw')}</Button>
              </>
            )
            : (
              <>
                <Notice tone="warn" title={t('consent.none')}>{t('consent.noneBody')}</Notice>
                <Button onClick={() => setAsking('give')}>{t('consent.give')}</Button>
              </>
            )}
        </Loaded>
      </Stack>
      {asking === 'withdraw' && <Withdraw onClose={() => setAsking(null)} />}
      {asking === 'give' && <Give onClose={() => setAsking(null)} />}
    </Card>
  );
}

/** Sends the change, then shows what the server has. */
function useConsent(change: () => Promise<unknown>, said: string, onClose: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: KEY });
      say(said);
      onClose();
    },
  });
}

function Withdraw({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useWords(accountWords);
  const withdraw = useConsent(() => answerOf(client.DELETE('/api/me/consent', {})), t('consent.withdrawn'), onClose);
  return (
    <Dialog title={t('consent.withdrawTitle')} onClose={onClose}>
      <P>{t('consent.withdrawStops')}</P>
      <P>{t('consent.withdrawKeeps')}</P>
      <ProblemNotice error={withdraw.error} />
      <Row justifyContent="flex-end">
        <Button look="ghost" onClick={onClose}>{t('action.cancel')}</Button>
        <Button look="danger" busy={withdraw.isPending} onClick={() => withdraw.mutate()}>{t('consent.withdraw')}</Button>
      </Row>
    </Dialog>
  );
}

function Give({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useWords(accountWords);
  const [terms, setTerms] = useState(false);
  const [health, setHealth] = useState(false);
  const give = useConsent(() => answerOf(client.POST('/api/me/consent', { body: { terms: true, health_data: true } })), t('consent.givenNow'), onClose);
  return (
    <Dialog title={t('consent.give')} onClose={onClose}>
      <Check name="terms" checked={terms} onChecked={setTerms}>{t('auth.terms')}</Check>
      <Check name="health" checked={health} onChecked={setHealth}>{t('auth.health')}</Check>
      <ProblemNotice error={give.error} />
      <Row justifyContent="flex-end">
        <Button look="ghost" onClick={onClose}>{t('action.cancel')}</Button>
        <Button busy={give.isPending} disabled={!terms || !health} onClick={() => give.mutate()}>{t('consent.give')}</Button>
      </Row>
    </Dialog>
  );
}

/** The coach: questions and answers, safety messages set apart, and drafts that are never lost. */
import { Box, chakra } from '@chakra-ui/react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { MessagesSquare, SendHorizontal, Trash2 } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { answerOf, client } from '../api/client';
import { ApiProblem } from '../api/problem';
import { messagesQuery, usageQuery } from '../api/queries';
import type { ChatMessage } from '../api/types';
import { coachWords } from '../i18n/coach';
import { useWords } from '../i18n/text';
import { newId } from '../lib/ids';
import { FactList } from '../parts/FactList';
import { langOf, SourceLine } from '../parts/SourceLine';
import { currentUser } from '../session/session';
import { Button, IconButton, Spinner } from '../ui/Button';
import { Confirm } from '../ui/Dialog';
import { TextArea } from '../ui/Field';
import { Loaded, Notice, ProblemNotice } from '../ui/feedback';
import { H2, Muted, P, Page, Row, Stack } from '../ui/layout';
import { Prose } from '../ui/Prose';

const LONGEST = 2000;

export default function CoachPage(): ReactNode {
  const { t } = useWords(coachWords);
  const queries = useQueryClient();
  const query = useQuery(messagesQuery);
  const kept = `vigor.draft.${currentUser()?.id ?? ''}`;
  const [draft, setDraft] = useState(() => sessionStorage.getItem(kept) ?? '');
  const [asked, setAsked] = useState<string | null>(null);
  const [clearing, setClearing] = useState(false);
  const end = useRef<HTMLDivElement>(null);
  const messages = (query.data?.items ?? []).toReversed();

  useEffect(() => sessionStorage.setItem(kept, draft), [kept, draft]);
  useEffect(() => {
    // Braces: newer browsers answer with a promise, which React would take for a clean-up.
    end.current?.scrollIntoView({ block: 'end' });
  }, [messages.length, asked]);

  const waiting = useRef<AbortController | null>(null);
  const tried = useRef({ message: '', key: '' });
  const send = useMutation({
    mutationFn: (message: string) => {
      // The same question after a failure carries the same key: an answer that was lost on the way comes back and is not paid twice.
      if (tried.current.message !== message) tried.current = { message, key: newId() };
      waiting.current = new AbortController();
      return answerOf(client.POST('/api/coach/chat', { body: { message }, signal: waiting.current.signal, params: { header: { 'Idempotency-Key': tried.current.key } } }));
    },
    onMutate: (message) => {
      setAsked(message);
      setDraft('');
    },
    onSuccess: async (reply) => {
      tried.current = { message: '', key: '' };
      queries.setQueryData(usageQuery.queryKey, reply.usage);
      await queries.invalidateQueries({ queryKey: messagesQuery.queryKey });
      setAsked(null);
    },
    // What was asked goes back into the box, so that nothing has to be typed again.
    onError: (error, message) => {
      if (error instanceof ApiProblem && error.status < 500 && error.code !== 'request_in_flight') tried.current = { message: '', key: '' };
      setAsked(null);
      setDraft((now) => (now === '' ? message : now));
    },
  });
  const clear = useMutation({
    mutationFn: () => answerOf(client.DELETE('/api/coach/messages')),
    onSuccess: () => queries.invalidateQueries({ queryKey: messagesQuery.queryKey }),
  });
  const stopped = send.error instanceof DOMException && send.error.name === 'AbortError';
  const ask = (): void => {
    const message = draft.trim();
    if (message !== '' && !send.isPending) send.mutate(message);
  };

  return (
    <Page title={t('nav.coach')}
      actions={messages.length > 0 && (
        <IconButton label={t('coach.clear')} color="muted" onClick={() => setClearing(true)}>
          <Trash2 size={19} />
        </IconButton>
      )}>
      <Loaded query={query}>
        {() => (
          <Stack gap="5" minH={{ base: 'calc(100dvh - 21rem)', md: 'calc(100dvh - 19rem)' }} role="log" aria-label={t('coach.log')} aria-busy={send.isPending}>
            {messages.length === 0 && asked === null && <Openers onPick={setDraft} />}
            {messages.map((message) => <Message key={message.id} message={message} />)}
            {asked !== null && <Bubble mine>{asked}</Bubble>}
            {send.isPending && (
              <Row gap="2" color="muted">
                <Spinner />
                <P>{t('coach.thinking')}</P>
                <Button look="ghost" size="sm" onClick={() => waiting.current?.abort()}>{t('coach.stop')}</Button>
              </Row>
            )}
            <div ref={end} />
          </Stack>
        )}
      </Loaded>
      {!stopped && <ProblemNotice error={send.error ?? clear.error} onRetry={send.error === null ? undefined : ask} />}
      <chakra.form position="sticky" bottom={{ base: 'calc(4.4rem + env(safe-area-inset-bottom))', md: '0' }} bg="canvas" py="3" display="flex" gap="2" alignItems="flex-end"
        onSubmit={(event) => {
          event.preventDefault();
          ask();
        }}>
        <TextArea aria-label={t('coach.ask')} placeholder={t('coach.ask')} name="message" minH="12" maxH="40" resize="none" rows={1} rounded="xl" maxLength={LONGEST} value={draft} onChange={(event) => setDraft(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
              event.preventDefault();
              ask();
            }
          }} />
        <Button type="submit" size="icon" w="12" h="12" aria-label={t('coach.send')} disabled={draft.trim() === '' || send.isPending}>
          <SendHorizontal size={20} aria-hidden="true" />
        </Button>
      </chakra.form>
      {clearing && (
        <Confirm title={t('coach.clear')} action={t('action.delete')} onClose={() => setClearing(false)}
          onConfirm={async () => {
            await clear.mutateAsync().catch(() => undefined);
            setClearing(false);
          }}>
          <P>{t('coach.clearBody')}</P>
        </Confirm>
      )}
    </Page>
  );
}

function Openers({ onPick }: { onPick: (text: string) => void }): ReactNode {
  const { t } = useWords(coachWords);
  return (
    <Stack gap="4" py="4">
      <Box color="brandText"><MessagesSquare size={34} strokeWidth={1.8} aria-hidden="true" /></Box>
      <Box>
        <H2 fontSize="xl">{t('coach.emptyTitle')}</H2>
        <Muted mt="1">{t('coach.emptyBody')}</Muted>
      </Box>
      <Box display="grid" gap="2" gridTemplateColumns={{ base: '1fr', md: '1fr 1fr' }}>
        {([1, 2, 3, 4] as const).map((n) => (
          <Button key={n} look="outline" minH="14" rounded="md" justifyContent="flex-start" textAlign="start" fontSize="sm" onClick={() => onPick(t(`coach.opener${n}`))}>
            {t(`coach.opener${n}`)}
          </Button>
        ))}
      </Box>
    </Stack>
  );
}

function Message({ message }: { message: ChatMessage }): ReactNode {
  const { t } = useWords(coachWords);
  if (message.role === 'user') return <Bubble mine>{message.text}</Bubble>;
  if (message.safety != null) {
    return <Notice tone="danger" title={t('coach.safety')}><Box fontSize="md" lang={message.source == null ? undefined : langOf(message.source)}><Prose text={message.text} /></Box></Notice>;
  }
  return (
    <Box maxW="44rem">
      <Bubble><Box lang={message.source == null ? undefined : langOf(message.source)}><Prose text={message.text} /></Box></Bubble>
      {message.source != null && <Box mt="1.5" ps="1"><SourceLine source={message.source} /><FactList title={t('coach.facts')} facts={message.facts ?? []} /></Box>}
    </Box>
  );
}

function Bubble({ mine = false, children }: { mine?: boolean; children: ReactNode }): ReactNode {
  const { t } = useWords(coachWords);
  return (
    <Box alignSelf={mine ? 'flex-end' : 'flex-start'} maxW={mine ? '85%' : 'full'} bg={mine ? 'brand' : 'surface'} color={mine ? 'onBrand' : 'ink'} border="1px solid" borderColor={mine ? 'brand' : 'line'} rounded="lg" borderEndEndRadius={mine ? 'sm' : 'lg'} borderEndStartRadius={mine ? 'lg' : 'sm'} px="4" py="3" whiteSpace="pre-line">
      <chakra.span srOnly>{mine ? t('coach.you') : t('coach.coach')}: </chakra.span>
      {children}
    </Box>
  );
}

/** What is going on, what went wrong and what to do about it. */
import { Box, chakra } from '@chakra-ui/react';
import { useEffect, useState, type ReactNode } from 'react';
import { ApiProblem, Unreachable } from '../api/problem';
import { useText, type Text } from '../i18n/text';
import { Button } from './Button';
import { H2, Muted, P, Row, Stack } from './layout';

type Tone = 'info' | 'good' | 'warn' | 'danger';

/** A message set apart; wrong and dangerous ones are announced at once. */
export function Notice({ tone = 'info', title, children, action }: { tone?: Tone; title?: ReactNode; children?: ReactNode; action?: ReactNode }): ReactNode {
  return (
    <Box role={tone === 'danger' || tone === 'warn' ? 'alert' : undefined} bg={`${tone}Soft`} color={tone} rounded="md" px="4" py="3.5" fontSize="sm" borderInlineStart="4px solid" borderColor={tone}>
      {title !== undefined && (
        <P fontWeight="680" mb={children === undefined ? '0' : '0.5'}>
          {title}
        </P>
      )}
      {children !== undefined && <Box>{children}</Box>}
      {action !== undefined && <Row mt="2.5">{action}</Row>}
    </Box>
  );
}

/** The sentence for a failure, from the server where it has one. */
export function sentenceOf(error: unknown, { t, date, problem }: Pick<Text, 't' | 'date' | 'problem'>): string {
  if (error instanceof Unreachable) return navigator.onLine ? t('error.unreachable') : t('error.offline');
  if (!(error instanceof ApiProblem) || error.code === 'unknown') return t('error.unexpected');
  const { resets_at: resetsAt } = error.problem;
  const told = problem(error.code);
  const words = told === null ? error.message : (told.detail ?? '');
  return error.status === 429 && resetsAt != null ? `${words} ${t('error.resets', { when: date(resetsAt, 'full') })}` : words;
}

/** A failure with what to do: the sentence, a way to try again, and the number support can search for. */
export function ProblemNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }): ReactNode {
  const text = useText();
  if (error == null) return null;
  const id = error instanceof ApiProblem ? error.correlationId : null;
  const title = error instanceof ApiProblem ? (text.problem(error.code)?.title ?? error.problem.title) : undefined;
  return (
    <Notice tone="danger" title={title ?? text.t('error.title')}
      action={onRetry !== undefined ? <Button look="outline" size="sm" onClick={onRetry}>{text.t('action.retry')}</Button> : undefined}>
      <P>{sentenceOf(error, text)}</P>
      {id !== null && (
        <P mt="1" fontSize="xs">
          {text.t('error.reference')} <chakra.code fontSize="xs">{id}</chakra.code>
        </P>
      )}
    </Notice>
  );
}

/** Nothing here yet, and how to change that. */
export function Empty({ title, children, action }: { title: ReactNode; children?: ReactNode; action?: ReactNode }): ReactNode {
  return (
    <Stack alignItems="center" textAlign="center" gap="3" py={{ base: '10', md: '14' }} px="5" border="1.5px dashed" borderColor="line" rounded="xl">
      <Box aria-hidden="true" w="14" h="14" rounded="full" bg="brandSoft" color="brandText" display="grid" placeItems="center">
        <svg viewBox="0 0 24 24" width="26" height="26" fill="none" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round"><path d="M3 12h2m14 0h2M7 7v10M17 7v10M7 12h10" /></svg>
      </Box>
      <H2>{title}</H2>
      {children !== undefined && <Muted maxW="26rem">{children}</Muted>}
      {action}
    </Stack>
  );
}

/** Shapes of what is coming; they wait a moment so that quick answers do not flicker. */
export function Skeleton({ lines = 3 }: { lines?: number }): ReactNode {
  const { t } = useText();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 150);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return <Box minH="24" />;
  return (
    <Stack role="status" gap="3">
      <chakra.span srOnly>{t('state.loading')}</chakra.span>
      {Array.from({ length: lines }, (_, line) => (
        <Box key={line} aria-hidden="true" h={line === 0 ? '24' : '16'} rounded="lg" bg="sunken" animation="breathe 1.4s ease-in-out infinite" />
      ))}
    </Stack>
  );
}

interface Asked<T> {
  data: T | undefined;
  error: unknown;
  refetch: () => unknown;
}

/** A query's four faces: loading, failed with nothing to show, stale with a note, and its content. */
export function Loaded<T>({ query, lines, children }: { query: Asked<T>; lines?: number; children: (data: T) => ReactNode }): ReactNode {
  if (query.data !== undefined) return children(query.data);
  if (query.error != null) return <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />;
  return <Skeleton lines={lines} />;
}

/** Every question to the server that is cached, with its key; `keep` marks what must be there offline. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answerOf, client, taggedAnswerOf } from './client';
import { ApiProblem } from './problem';

const keep = { keep: true } as const;
const HOUR_MS = 3600 * 1000;

/** A missing thing is an answer here, not a failure. */
function orNull<T>(pending: Promise<T>): Promise<T | null> {
  return pending.catch((error: unknown) => {
    if (error instanceof ApiProblem && error.status === 404) return null;
    throw error;
  });
}

export const profileQuery = queryOptions({
  queryKey: ['profile'],
  queryFn: ({ signal }) => answerOf(client.GET('/api/me', { signal })),
  meta: keep,
});

/** Other services to sign in with. */
export const oidcQuery = queryOptions({
  queryKey: ['oidc'],
  queryFn: ({ signal }) => answerOf(client.GET('/api/auth/oidc', { signal })),
});

export const usageQuery = queryOptions({
  queryKey: ['usage'],
  queryFn: ({ signal }) => answerOf(client.GET('/api/me/usage', { signal })),
  meta: keep,
});

export const nextQuery = queryOptions({
  queryKey: ['next'],
  queryFn: ({ signal }) => orNull(answerOf(client.GET('/api/workouts/next', { signal }))),
  meta: keep,
});

export const motivationQuery = queryOptions({
  queryKey: ['motivation'],
  queryFn: ({ signal }) => answerOf(client.GET('/api/coach/motivation', { signal })),
  staleTime: HOUR_MS,
  meta: keep,
});

export const plansQuery = queryOptions({
  queryKey: ['plans'],
  queryFn: ({ signal }) => answerOf(client.GET('/api/plans', { signal, params: { query: { limit: 20 } } })),
  meta: keep,
});

export const logsQuery = infiniteQueryOptions({
  queryKey: ['logs'],
  initialPageParam: undefined as string | undefined,
  queryFn: ({ signal, pageParam }) =>
    answerOf(client.GET('/api/workouts/logs', { signal, params: { query: { limit: 20, cursor: pageParam } } })),
  getNextPageParam: (page) => page.next_cursor ?? undefined,
  meta: keep,
});

export const logQuery = (id: string) =>
  queryOptions({
    queryKey: ['log', id],
    queryFn: ({ signal }) => taggedAnswerOf(client.GET('/api/workouts/logs/{id}', { signal, params: { path: { id } } })),
    meta: keep,
  });

export const equipmentQuery = queryOptions({
  queryKey: ['equipment'],
  queryFn: ({ signal }) => answerOf(client.GET('/api/equipment', { signal })),
  staleTime: 24 * HOUR_MS,
  meta: keep,
});

/** The whole catalogue, page by page, kept for adding exercises without a network. */
export const exercisesQuery = queryOptions({
  queryKey: ['exercises'],
  queryFn: async ({ signal }) => {
    const items = [];
    let cursor: string | undefined;
    do {
      const page = await answerOf(client.GET('/api/exercises', { signal, params: { query: { limit: 100, cursor } } }));
      items.push(...page.items);
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    return items;
  },
  staleTime: 24 * HOUR_MS,
  meta: keep,
});

export const progressQuery = (from: string) =>
  queryOptions({
    queryKey: ['progress', from],
    queryFn: ({ signal }) => answerOf(client.GET('/api/progress', { signal, params: { query: { from } } })),
    meta: keep,
  });

export const metricsQuery = queryOptions({
  queryKey: ['metrics'],
  queryFn: ({ signal }) => answerOf(client.GET('/api/progress/metrics', { signal, params: { query: { limit: 100 } } })),
  meta: keep,
});

export const messagesQuery = queryOptions({
  queryKey: ['messages'],
  queryFn: ({ signal }) => answerOf(client.GET('/api/coach/messages', { signal, params: { query: { limit: 50 } } })),
  meta: keep,
});

export const devicesQuery = queryOptions({
  queryKey: ['devices'],
  queryFn: ({ signal }) => answerOf(client.GET('/api/auth/sessions', { signal })),
});

/** What may have changed once a log was written, edited or removed. */
export const AFTER_LOG = ['logs', 'log', 'next', 'progress', 'motivation'] as const;

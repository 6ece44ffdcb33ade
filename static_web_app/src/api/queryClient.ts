/** The one cache of server answers. */
import { QueryClient } from '@tanstack/react-query';
import { ApiProblem, Unreachable } from './problem';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Asking without a network fails at once and shows what is kept, rather than waiting in silence.
      networkMode: 'always',
      staleTime: 30_000,
      gcTime: 24 * 3600 * 1000,
      retry: (failures, error) => failures < 1 && (error instanceof ApiProblem ? error.status >= 502 : !(error instanceof Unreachable)),
      refetchOnWindowFocus: true,
    },
    mutations: { networkMode: 'always', retry: false },
  },
});

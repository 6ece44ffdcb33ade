/** The person's profile and how to change it; changes show at once and are taken back if the server refuses. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answerOf, client } from '../api/client';
import { profileQuery } from '../api/queries';
import type { Profile, ProfilePatch, Units } from '../api/types';

/** The unit to show weights in; kilograms until the profile is known. */
export function useUnit(): Units {
  return useQuery(profileQuery).data?.units ?? 'kg';
}

export function useProfileChange() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (change: ProfilePatch) => answerOf(client.PATCH('/api/me', { body: change })),
    onSuccess: (profile: Profile) => {
      queries.setQueryData(profileQuery.queryKey, profile);
      void queries.invalidateQueries({ queryKey: ['next'] });
    },
  });
}

/** One request for a plan at a time: it outlives the page and a reload, and cancelling it leaves the plan there was in use. */
import { answerOf, client } from '../api/client';
import { ApiProblem } from '../api/problem';
import { plansQuery, usageQuery } from '../api/queries';
import { queryClient } from '../api/queryClient';
import type { PlanMade, PlanRequest } from '../api/types';
import { holder } from '../lib/external';
import { newId } from '../lib/ids';
import { currentUser } from '../session/session';

/** A request for a plan, as the tab remembers it until it is answered. */
interface Asked {
  userId: string;
  /** The Idempotency-Key: asked again with it, the same plan comes back and nothing is paid twice. */
  id: string;
  request: PlanRequest;
  startedAt: number;
}

export type Generation =
  | { status: 'idle' }
  | { status: 'running'; asked: Asked }
  | { status: 'failed'; asked: Asked; error: unknown }
  /** Until a page has said so. */
  | { status: 'made' };

const KEPT = 'vigor.generation';
/** Longer than the server lets a request live; what is older has ended, whatever came of it. */
const GIVEN_UP_AFTER_MS = 180_000;
const ASK_AGAIN_MS = 1500;

export const generation = holder<Generation>({ status: 'idle' });

export function startGeneration(request: PlanRequest): void {
  void run({ userId: currentUser()?.id ?? '', id: newId(), request, startedAt: Date.now() });
}

/** Asks again after a failure; with the same key where the answer may only have been lost on the way. */
export function retryGeneration(): void {
  const state = generation.get();
  if (state.status !== 'failed') return;
  const lost = !(state.error instanceof ApiProblem) || state.error.status >= 500;
  void run({ ...state.asked, id: lost ? state.asked.id : newId(), startedAt: Date.now() });
}

/** Ends the waiting. The server may be done with it all the same: then the plan that was in use is put back. */
export function cancelGeneration(): void {
  forgetKept();
  generation.set({ status: 'idle' });
}

export function dismissGeneration(): void {
  forgetKept();
  generation.set({ status: 'idle' });
}

/** Takes up what this tab had asked for before it was reloaded. */
export function resumeGeneration(): void {
  if (generation.get().status === 'running') return;
  const asked = kept();
  if (asked !== null) void run(asked);
}

async function run(asked: Asked): Promise<void> {
  const before = queryClient.getQueryData(plansQuery.queryKey)?.items.find((plan) => plan.active === true);
  const isWanted = (): boolean => {
    const state = generation.get();
    return state.status === 'running' && state.asked === asked;
  };
  sessionStorage.setItem(KEPT, JSON.stringify(asked));
  generation.set({ status: 'running', asked });
  try {
    const { usage } = await answerTo(asked);
    if (!isWanted() && before !== undefined) await answerOf(client.POST('/api/plans/{id}/activate', { params: { path: { id: before.id } } }));
    queryClient.setQueryData(usageQuery.queryKey, usage);
    await Promise.all(['plans', 'next'].map((name) => queryClient.invalidateQueries({ queryKey: [name] })));
    if (kept()?.id === asked.id) forgetKept();
    if (isWanted()) generation.set({ status: 'made' });
  } catch (error) {
    // A page that is being reloaded loses its answer too: only a refusal by the server ends the request.
    if (error instanceof ApiProblem && kept()?.id === asked.id) forgetKept();
    if (isWanted()) generation.set({ status: 'failed', asked, error });
  }
}

/** The plan; while the server still works on this very request, as after a reload, it is asked again. */
async function answerTo(asked: Asked): Promise<PlanMade> {
  for (;;) {
    try {
      return await answerOf(client.POST('/api/workouts/generate', { body: asked.request, params: { header: { 'Idempotency-Key': asked.id } } }));
    } catch (error) {
      const atWork = error instanceof ApiProblem && error.code === 'request_in_flight' && Date.now() - asked.startedAt < GIVEN_UP_AFTER_MS;
      if (!atWork) throw error;
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    }
  }
}

function kept(): Asked | null {
  const text = sessionStorage.getItem(KEPT);
  if (text === null) return null;
  const asked = JSON.parse(text) as Asked;
  return asked.userId === currentUser()?.id && Date.now() - asked.startedAt < GIVEN_UP_AFTER_MS ? asked : null;
}

function forgetKept(): void {
  sessionStorage.removeItem(KEPT);
}

/** Changes by administrators need a recent sign-in: the change waits while the password is asked for, then goes on. */
import { ApiProblem } from '../../api/problem';
import { holder } from '../../lib/external';

export interface PasswordAsk {
  resolve: () => void;
  reject: (reason: unknown) => void;
}

/** The change that waits for a password, if any. */
export const asking = holder<PasswordAsk | null>(null);

/** Runs a change; where the server wants a fresh sign-in first, asks for the password and runs it again. */
export async function withStepUp<T>(change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.code !== 'step_up_required') throw error;
    await new Promise<void>((resolve, reject) => asking.set({ resolve, reject: () => reject(error) }));
    return await change();
  }
}

/** What can go wrong with a request, as one class a person can be told about. */
import type { Problem } from './types';

/** The server answered, and the answer is no; carries the whole problem document. */
export class ApiProblem extends Error {
  override name = 'ApiProblem';
  readonly status: number;
  readonly code: string;
  readonly problem: Partial<Problem>;
  readonly retryAfterS: number | null;

  constructor(status: number, problem: Partial<Problem>, retryAfterS: number | null = null) {
    super(problem.detail ?? problem.title ?? `HTTP ${String(status)}`);
    this.status = status;
    this.code = problem.code ?? 'unknown';
    this.problem = problem;
    this.retryAfterS = retryAfterS;
  }

  /** Messages by the path of the rejected field, such as `consent.terms`. */
  get fields(): Record<string, string> {
    return Object.fromEntries((this.problem.errors ?? []).map((error) => [error.path.replace(/^\$?[./]?/, '').replaceAll('/', '.'), error.message]));
  }

  get correlationId(): string | null {
    return this.problem.correlation_id ?? null;
  }
}

/** No answer came: no network, or the server is not there. */
export class Unreachable extends Error {
  override name = 'Unreachable';
}

/** Whether trying the same request again later may succeed. */
export function isTemporary(error: unknown): boolean {
  if (error instanceof Unreachable) return true;
  return error instanceof ApiProblem && (error.status === 401 || error.status === 408 || error.status === 429 || error.status >= 500);
}

/** Reads a failed response into an `ApiProblem`, whatever its body turns out to be. */
export function toProblem(response: Response, body: unknown): ApiProblem {
  const seconds = Number(response.headers.get('Retry-After'));
  const problem: Partial<Problem> = typeof body === 'object' && body !== null ? (body as Partial<Problem>) : {};
  const correlation = problem.correlation_id ?? response.headers.get('X-Correlation-ID');
  return new ApiProblem(
    response.status,
    correlation === null ? problem : { ...problem, correlation_id: correlation },
    Number.isFinite(seconds) && seconds > 0 ? seconds : null,
  );
}

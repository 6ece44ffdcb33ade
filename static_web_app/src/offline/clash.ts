/** The server has another state of a log, and both changed the same thing: for the person to decide. */
import type { ApiProblem } from '../api/problem';
import type { Log } from '../api/types';

export class Clash extends Error {
  override name = 'Clash';
  readonly problem: ApiProblem;
  /** What the server has; null where it has nothing any more. */
  readonly theirs: Log | null;

  constructor(problem: ApiProblem, theirs: Log | null) {
    super(problem.message);
    this.problem = problem;
    this.theirs = theirs;
  }
}

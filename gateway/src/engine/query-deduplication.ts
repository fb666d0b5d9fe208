// Query deduplication: a query that is requested again while it runs shares the execution.
import type { GraphQLAnswer } from '@district-graph/kit/operation/graphql-operation';
import { type Lifetime, sharedLifetime } from '../fetching/lifetime.ts';

/**
 * An execution that can be shared. It is emptied at its end: a Map in use leaves its old tables behind, each linked to the next, and
 * one that has been promoted to the old generation keeps all that follow alive, with what was in them.
 */
interface SharedExecution {
  answer: Promise<GraphQLAnswer> | null;
  isShared: boolean;
  lifetimes: Lifetime[];
}

/** An execution ends at the deadline of the request that started it: requests that come later than this would lose too much of their own time. */
const joinedWithinMs = 1000;

export class QueryDeduplication {
  #executions = new Map<string, SharedExecution>();

  /** Resolves with the answer of a recent execution that has the key, or of a new one. */
  join(
    key: string,
    lifetime: Lifetime,
    execute: (during: Lifetime) => Promise<GraphQLAnswer>,
  ): Promise<GraphQLAnswer> {
    const current = this.#executions.get(key);
    if (current?.answer && isRecent(current, lifetime)) {
      current.lifetimes.push(lifetime);
      current.isShared = true;
      return current.answer;
    }
    const started: SharedExecution = { answer: null, isShared: false, lifetimes: [lifetime] };
    started.answer = execute(sharedLifetime(started.lifetimes))
      .then((answer) => (started.isShared ? withBytes(answer) : answer))
      .finally(() => {
        started.answer = null;
        if (this.#executions.get(key) === started) this.#executions.delete(key);
      });
    this.#executions.set(key, started);
    return started.answer;
  }

  /** Executions that have started so far are shared with no further request. */
  forget(): void {
    this.#executions = new Map();
  }
}

const isRecent = ({ lifetimes: [first] }: SharedExecution, { deadline }: Lifetime): boolean =>
  first !== undefined && !(deadline - first.deadline > joinedWithinMs);

/** Text would be encoded again for each of the clients that it is written to. */
function withBytes(answer: GraphQLAnswer): GraphQLAnswer {
  const { body, encoding } = answer;
  return typeof body === 'string' ? { ...answer, body: Buffer.from(body, encoding) } : answer;
}

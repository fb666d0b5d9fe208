// The same query, asked again while it runs: one run for all who wait for it.
import type { GraphQLAnswer } from '@district-graph/kit/operation/graphql-operation';
import { type Lifetime, sharedLifetime } from '../fetching/lifetime.ts';

/**
 * A run that may be shared; emptied at its end. A Map in use leaves old tables behind, each linked to the next: one that has
 * grown old keeps all that follow, with what was in them.
 */
interface Running {
  answer: Promise<GraphQLAnswer> | null;
  isShared: boolean;
  waitedFor: Lifetime[];
}

/** A run ends at the deadline of who began it: who comes later than this would have little of their own time. */
const joinedWithinMs = 1000;

export class SharedRuns {
  #running = new Map<string, Running>();

  /** The answer of the run that has the key and began just now, or of a new one. */
  join(
    key: string,
    lifetime: Lifetime,
    run: (during: Lifetime) => Promise<GraphQLAnswer>,
  ): Promise<GraphQLAnswer> {
    const running = this.#running.get(key);
    if (running?.answer && isRecent(running, lifetime)) {
      running.waitedFor.push(lifetime);
      running.isShared = true;
      return running.answer;
    }
    const begun: Running = { answer: null, isShared: false, waitedFor: [lifetime] };
    begun.answer = run(sharedLifetime(begun.waitedFor))
      .then((answer) => (begun.isShared ? inBytes(answer) : answer))
      .finally(() => {
        begun.answer = null;
        if (this.#running.get(key) === begun) this.#running.delete(key);
      });
    this.#running.set(key, begun);
    return begun.answer;
  }

  /** Shares what has begun so far with nobody any more. */
  forget(): void {
    this.#running = new Map();
  }
}

const isRecent = ({ waitedFor: [first] }: Running, { deadline }: Lifetime): boolean =>
  first !== undefined && !(deadline - first.deadline > joinedWithinMs);

/** Written to several, text would be turned into bytes for each of them. */
function inBytes(answer: GraphQLAnswer): GraphQLAnswer {
  const { body, encoding } = answer;
  return typeof body === 'string' ? { ...answer, body: Buffer.from(body, encoding) } : answer;
}

// The lifetime of an operation: until its deadline, and while its client waits for the answer.
import { graphError } from '@district-graph/kit/errors';
import type { GraphQLError } from 'graphql';

export interface Lifetime {
  /** On the clock of `performance.now()`; nothing starts later. */
  deadline: number;
  /** Whether the client has left. It is polled: an event listener would cost every request something. */
  isAbandoned: () => boolean;
}

export const unlimitedLifetime: Lifetime = { deadline: Number.POSITIVE_INFINITY, isAbandoned: () => false };

const isOver = (lifetime: Lifetime): boolean => lifetime.isAbandoned();

/** The lifetime of a run that several clients wait for. */
export const sharedLifetime = (lifetimes: readonly Lifetime[]): Lifetime => ({
  deadline: lifetimes[0]?.deadline ?? Number.POSITIVE_INFINITY,
  isAbandoned: () => lifetimes.every(isOver),
});

/** The error with which the operation stops; null while it may continue. */
export const stopError = ({ deadline, isAbandoned }: Lifetime): GraphQLError | null =>
  performance.now() >= deadline || isAbandoned() ? timedOut() : null;

/** The promise, rejected at the deadline. */
export function withDeadline<Value>(value: Promise<Value>, { deadline }: Lifetime): Promise<Value> {
  if (deadline === Number.POSITIVE_INFINITY) return value;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(timedOut()), Math.max(0, deadline - performance.now()));
    value.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

const timedOut = () =>
  graphError(
    'OPERATION_TIMEOUT',
    '整个操作未在时限内完成，未取到的字段为空：请缩小查询，或稍后重试。 The operation did not complete in time, and fields that were not fetched by then are null: select less, or try again later.',
  );

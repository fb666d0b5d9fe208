// How long an operation is worth running: until its deadline, and while its client waits.
import { graphError } from '@district-graph/kit/errors';
import type { GraphQLError } from 'graphql';

export interface Lifetime {
  /** By `performance.now()`: nothing begins later. */
  deadline: number;
  /** Whether nobody waits for the answer any more. It is looked at, not listened to: that costs a request nothing. */
  isAbandoned: () => boolean;
}

export const unlimitedLifetime: Lifetime = { deadline: Number.POSITIVE_INFINITY, isAbandoned: () => false };

const isOver = (lifetime: Lifetime): boolean => lifetime.isAbandoned();

/** A run that several wait for. */
export const sharedLifetime = (lifetimes: readonly Lifetime[]): Lifetime => ({
  deadline: lifetimes[0]?.deadline ?? Number.POSITIVE_INFINITY,
  isAbandoned: () => lifetimes.every(isOver),
});

/** Why nothing more is begun, or null. */
export const stopError = ({ deadline, isAbandoned }: Lifetime): GraphQLError | null =>
  performance.now() >= deadline || isAbandoned() ? timedOut() : null;

/** What is waited for, until the deadline. */
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
    '整个操作未在时限内完成，未取到的字段为空。 The operation as a whole did not end in time; what was not fetched by then is null.',
  );

// Which calls are sent again, when, and how long to wait.
import type { GraphError } from './errors.ts';

/** The request was refused before anything was executed. */
const refusedBefore = /^(RATE_LIMITED|TOO_MANY_AT_ONCE|OVERLOADED|SHUTTING_DOWN)$/;
/** The same request may succeed later, and does no harm twice if it only reads or has an idempotency key. */
const transient =
  /^(NETWORK_ERROR|SUBGRAPH_(UNAVAILABLE|TIMEOUT|OVERLOADED)|DATABASE_\w+|AUDIT_UNAVAILABLE)$/;
/** Of a proxy: bad gateway, unavailable, gateway timeout. */
const ofProxy = [502, 503, 504];

/** Whether a call can be sent again: one that may be repeated, or one of which nothing was executed. */
export function isRetryable({ code, status, data }: GraphError, isRepeatable: boolean): boolean {
  if (refusedBefore.test(code) && (isRepeatable || data === undefined)) return true;
  if (!isRepeatable) return false;
  return (
    transient.test(code) ||
    code === 'MUTATION_OUTCOME_UNKNOWN' ||
    (code === 'BAD_RESPONSE' && ofProxy.includes(status ?? 0))
  );
}

const firstPauseMs = 250;
const maxPauseMs = 15_000;

/** How long to wait before the attempt after `failures` failed ones: what the graph says, or else twice as long each time. */
export function pauseMs(error: GraphError | null, failures: number): number {
  if (error?.retryAfterMs !== undefined) return error.retryAfterMs;
  const longest = Math.min(maxPauseMs, firstPauseMs * 2 ** failures);
  // Clients that failed together must not come back together.
  return longest * (0.5 + Math.random() / 2);
}

/** Resolves after the time; rejects with the signal's reason when it is aborted. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });

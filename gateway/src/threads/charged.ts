// Charges a requester for the processor time of work on this thread.
import { threadCpuMs } from './thread.ts';
import type { Requester } from './thread-pool.ts';

/** Returns what the work returns, or throws what it throws. Either is charged. */
export function charged<T>({ charge }: Pick<Requester, 'charge'>, work: () => T): T {
  const before = threadCpuMs();
  try {
    return work();
  } finally {
    charge(threadCpuMs() - before);
  }
}

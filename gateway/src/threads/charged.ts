// Charges a requester for the processor time of work on this thread.
import { threadCpuMs } from './processor-time.ts';
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

/** The requester, whose charges are held back until `charge` is called: those of its operations are counted first. */
export function chargedLater(requester: Requester): { requester: Requester; charge: () => void } {
  let heldMs: number | null = 0;
  return {
    requester: {
      get key() {
        return requester.key;
      },
      reasonToStop: requester.reasonToStop,
      keepsNoPlans: requester.keepsNoPlans,
      charge: (cpuMs) => {
        if (heldMs === null) requester.charge(cpuMs);
        else heldMs += cpuMs;
      },
    },
    charge: () => {
      const cpuMs = heldMs;
      heldMs = null;
      if (cpuMs !== null) requester.charge(cpuMs);
    },
  };
}

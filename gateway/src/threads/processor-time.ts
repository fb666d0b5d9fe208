// The processor time and the memory that a thread has used. Node before 24 does not say: elapsed time then stands for processor time.
import type { Worker } from 'node:worker_threads';

const cpuMsOf = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000;

const isMeasured = typeof process.threadCpuUsage === 'function';

/** Processor time of this thread since it started. */
export const threadCpuMs = (): number => (isMeasured ? cpuMsOf(process.threadCpuUsage()) : performance.now());

/** What the current job of another thread has used; null once the thread has ended. `before` is what was used when the job was started. */
export async function usageOf(
  worker: Worker,
  before: { cpuMs: number; startedMs: number },
): Promise<{ jobMs: number; heapBytes: number } | null> {
  if (typeof worker.cpuUsage !== 'function')
    return { jobMs: performance.now() - before.startedMs, heapBytes: 0 };
  try {
    const [cpu, heap] = await Promise.all([worker.cpuUsage(), worker.getHeapStatistics()]);
    return { jobMs: cpuMsOf(cpu) - before.cpuMs, heapBytes: heap.used_heap_size };
  } catch {
    return null;
  }
}

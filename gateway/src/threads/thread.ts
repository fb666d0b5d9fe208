// The other side of the pool: a thread that loads once and then does one job after another.
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';

export type ThreadMessage<Loaded, Result> =
  | { kind: 'loaded'; loaded: Loaded; cpuMs: number }
  | { kind: 'refused'; reason: string }
  | { kind: 'done'; result: Result; cpuMs: number }
  | { kind: 'failed'; reason: string; cpuMs: number }
  | { kind: 'given up'; cpuMs: number };

/** Thrown by a job that has taken too long, before its thread has to be ended for that. */
export class TookTooLong extends Error {}

export interface Loading<Loaded, Job, Result> {
  /** Said to the pool. */
  loaded: Loaded;
  run: (job: Job) => Result;
}

/** Processor time of this thread since it began. */
export function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Below the thread that answers: work for one client takes no time from the others. On Linux it is this thread's own. */
const niceness = 10;

/** Serves the pool that started this thread. What `load` throws refuses the data. */
export async function serveJobs<Loaded, Job, Result>(
  load: () => Promise<Loading<Loaded, Job, Result>>,
): Promise<void> {
  const post = (message: ThreadMessage<Loaded, Result>) => parentPort?.postMessage(message);
  try {
    if (process.platform === 'linux') setPriority(niceness);
  } catch {
    // Where it is not allowed, the threads share.
  }
  try {
    const { loaded, run } = await load();
    post({ kind: 'loaded', loaded, cpuMs: threadCpuMs() });
    parentPort?.on('message', (job: Job) => {
      try {
        const result = run(job);
        post({ kind: 'done', result, cpuMs: threadCpuMs() });
      } catch (error) {
        const cpuMs = threadCpuMs();
        if (error instanceof TookTooLong) post({ kind: 'given up', cpuMs });
        else post({ kind: 'failed', reason: reasonOf(error), cpuMs });
      }
    });
  } catch (error) {
    post({ kind: 'refused', reason: reasonOf(error) });
  }
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

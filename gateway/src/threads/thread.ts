// The thread side of the pool: loads a program once, then runs one job after another.
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { threadCpuMs } from './processor-time.ts';

export type ThreadMessage<Loaded, Result> =
  | { kind: 'loaded'; loaded: Loaded; cpuMs: number }
  | { kind: 'load failed'; reason: string }
  | { kind: 'done'; result: Result; cpuMs: number }
  | { kind: 'failed'; reason: string; cpuMs: number }
  | { kind: 'timed out'; cpuMs: number };

/** Thrown by a job that has taken too long, so that its thread need not be terminated. */
export class JobTimedOut extends Error {}

export interface LoadedProgram<Loaded, Job, Result> {
  /** Sent to the pool. */
  loaded: Loaded;
  run: (job: Job) => Result;
}

/** Below the thread that answers requests, so that a job for one client takes no time from the others. On Linux each thread has its own. */
const niceness = 10;

/** Runs the jobs of the pool that started this thread. An error of `load` is sent to the pool. */
export async function serveJobs<Loaded, Job, Result>(
  load: () => Promise<LoadedProgram<Loaded, Job, Result>>,
): Promise<void> {
  const post = (message: ThreadMessage<Loaded, Result>) => parentPort?.postMessage(message);
  try {
    if (process.platform === 'linux') setPriority(niceness);
  } catch {
    // Without permission, all threads keep the same priority.
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
        if (error instanceof JobTimedOut) post({ kind: 'timed out', cpuMs });
        else post({ kind: 'failed', reason: reasonOf(error), cpuMs });
      }
    });
  } catch (error) {
    post({ kind: 'load failed', reason: reasonOf(error) });
  }
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

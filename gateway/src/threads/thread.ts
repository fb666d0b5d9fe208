// The other side of the pool: a thread that loads once and then does one job after another.
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';

export type ThreadMessage<Loaded, Result> =
  | { kind: 'loaded'; loaded: Loaded }
  | { kind: 'refused'; reason: string }
  | { kind: 'done'; result: Result }
  | { kind: 'failed'; reason: string };

export interface Loading<Loaded, Job, Result> {
  /** Said to the pool. */
  loaded: Loaded;
  run: (job: Job) => Result;
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
    post({ kind: 'loaded', loaded });
    parentPort?.on('message', (job: Job) => {
      try {
        post({ kind: 'done', result: run(job) });
      } catch (error) {
        post({ kind: 'failed', reason: reasonOf(error) });
      }
    });
  } catch (error) {
    post({ kind: 'refused', reason: reasonOf(error) });
  }
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

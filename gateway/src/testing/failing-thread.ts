// A program for threads that fails to load, or ends in the middle of a job, when a test says so.
import { workerData } from 'node:worker_threads';
import { serveJobs } from '../threads/thread.ts';

export interface FailingThreadData {
  /** How many of the next threads fail to load. */
  failures: Int32Array<SharedArrayBuffer>;
}

export interface FailingThreadJob {
  query: 'echo' | 'exit' | 'spin';
  serial: number;
  isLong?: boolean;
}

await serveJobs(async () => {
  const { failures } = workerData as FailingThreadData;
  if (Atomics.load(failures, 0) > 0) {
    Atomics.sub(failures, 0, 1);
    throw new Error('no memory left');
  }
  return {
    loaded: null,
    run: ({ query, serial }: FailingThreadJob): number => {
      if (query === 'exit') process.exit(1);
      while (query === 'spin') Math.random();
      return serial;
    },
  };
});

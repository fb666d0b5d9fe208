// Starts a thread of the pool, and waits until it has loaded its program.
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { ThreadMessage } from './thread.ts';

/** The program that threads run, and the data that each loads. */
export interface Program {
  file: URL;
  data: unknown;
}

export interface Started<Loaded> {
  worker: Worker;
  loaded: Loaded;
  cpuMs: number;
}

/** V8's own limit, as a multiple of the memory that a thread may use: a thread that reaches V8's limit can end the process. */
const heapReserve = 4;
const youngMegabytes = 16;
const loadTimeoutMs = 60_000;

// The process starts with a large young generation for the request thread. Without this, every thread would have as large a one.
setFlagsFromString('--max-semi-space-size=0');

/** Rejects with the error of the program if it cannot load the data. */
export function startThread<Loaded>(
  { file, data }: Program,
  maxHeapMegabytes: number,
): Promise<Started<Loaded>> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(file, {
      workerData: data,
      resourceLimits: {
        maxOldGenerationSizeMb: maxHeapMegabytes * heapReserve,
        maxYoungGenerationSizeMb: youngMegabytes,
      },
      // Read by Apollo's packages when they are loaded: no telemetry is sent.
      env: { ...process.env, APOLLO_TELEMETRY_DISABLED: '1' },
    });
    worker.unref();
    // An 'error' event without a listener would end the process, for example while a thread is being terminated.
    worker.on('error', () => {});
    const fail = (error: Error) => {
      clearTimeout(deadline);
      void worker.terminate();
      reject(error);
    };
    const exited = () => fail(new Error('the thread ended while loading'));
    const deadline = setTimeout(() => fail(new Error('the thread took too long to load')), loadTimeoutMs);
    worker.once('error', fail);
    worker.once('exit', exited);
    worker.once('message', (message: ThreadMessage<Loaded, unknown>) => {
      if (message.kind === 'load failed') return fail(new Error(message.reason));
      if (message.kind !== 'loaded') return fail(new Error('unexpected message from the thread'));
      clearTimeout(deadline);
      worker.off('error', fail);
      worker.off('exit', exited);
      resolve({ worker, loaded: message.loaded, cpuMs: message.cpuMs });
      return undefined;
    });
  });
}

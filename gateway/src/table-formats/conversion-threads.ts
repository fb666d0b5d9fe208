// The request thread's side of conversions in a thread. The thread is started when it is needed first, and again when it has ended.
import type { Worker } from 'node:worker_threads';
import { startThread } from '../threads/start-thread.ts';
import type { ThreadMessage } from '../threads/thread.ts';
import type { ConversionJob, ConversionResult } from './conversion-jobs.ts';
import type { TableSpec } from './table-spec.ts';

/** An answer that is being converted is beside the heap; what is on it are the rows of one piece. */
const maxHeapMegabytes = 32;

interface Waiting {
  resolve: (result: ConversionResult) => void;
  reject: (error: Error) => void;
  charge: (cpuMs: number) => void;
}

/** A conversion that goes on in the thread. */
export interface ThreadConversion {
  /** Yields the pieces. The body is transferred to the thread and must not be used any more. */
  add: (body: Buffer) => AsyncGenerator<Uint8Array>;
  finish: () => AsyncGenerator<Uint8Array>;
  close: () => void;
}

export class ConversionThreads {
  #thread: Promise<ConversionThread> | null = null;
  #isClosed = false;
  #lastId = 0;

  /** `charge` is called with the processor time of each piece, in milliseconds. */
  async start(spec: TableSpec, charge: (cpuMs: number) => void): Promise<ThreadConversion> {
    const thread = await this.#running();
    this.#lastId += 1;
    const id = this.#lastId;
    const run = (job: ConversionJob, transferred: ArrayBuffer[] = []) => thread.run(job, transferred, charge);
    await run({ id, kind: 'start', spec });
    async function* pieces() {
      for (;;) {
        const piece = await run({ id, kind: 'next' });
        if (piece === null) return;
        yield piece;
      }
    }
    return {
      add: async function* add(body) {
        // Short buffers are parts of a shared one, which cannot be transferred.
        const isWhole = body.byteLength === body.buffer.byteLength && body.buffer instanceof ArrayBuffer;
        const own = isWhole ? new Uint8Array(body.buffer as ArrayBuffer) : new Uint8Array(body);
        await run({ id, kind: 'add', body: own }, [own.buffer]);
        yield* pieces();
      },
      finish: async function* finish() {
        await run({ id, kind: 'finish' });
        yield* pieces();
      },
      close: () => {
        run({ id, kind: 'close' }).catch(() => {});
      },
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await (await this.#thread?.catch(() => null))?.close();
  }

  #running(): Promise<ConversionThread> {
    if (this.#isClosed) throw new Error('the gateway is stopping');
    this.#thread ??= ConversionThread.start(() => {
      this.#thread = null;
    }).catch((error: unknown) => {
      this.#thread = null;
      throw error;
    });
    return this.#thread;
  }
}

class ConversionThread {
  #worker: Worker;
  /** In the order of the jobs, in which the thread answers. */
  #waiting: Waiting[] = [];
  #cpuMs: number;
  #ended: Error | null = null;

  static async start(onEnd: () => void): Promise<ConversionThread> {
    const file = new URL('./conversion-thread.ts', import.meta.url);
    const { worker, cpuMs } = await startThread<null>({ file, data: null }, maxHeapMegabytes);
    return new ConversionThread(worker, cpuMs, onEnd);
  }

  private constructor(worker: Worker, cpuMs: number, onEnd: () => void) {
    this.#worker = worker;
    this.#cpuMs = cpuMs;
    worker.on('message', (message: ThreadMessage<null, ConversionResult>) => this.#receive(message));
    worker.on('exit', () => {
      this.#ended = new Error('the thread that converts answers has ended');
      for (const { reject } of this.#waiting.splice(0)) reject(this.#ended);
      onEnd();
    });
  }

  run(
    job: ConversionJob,
    transferred: ArrayBuffer[],
    charge: (cpuMs: number) => void,
  ): Promise<ConversionResult> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended);
      this.#waiting.push({ resolve, reject, charge });
      this.#worker.postMessage(job, transferred);
      return undefined;
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #receive(message: ThreadMessage<null, ConversionResult>): void {
    const waiting = this.#waiting.shift();
    if (!waiting || message.kind === 'loaded' || message.kind === 'load failed') return;
    waiting.charge(message.cpuMs - this.#cpuMs);
    this.#cpuMs = message.cpuMs;
    if (message.kind === 'done') waiting.resolve(message.result);
    else waiting.reject(new Error(message.kind === 'failed' ? message.reason : 'timed out'));
  }
}

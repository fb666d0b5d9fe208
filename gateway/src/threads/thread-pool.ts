// Work off the request thread: a few threads, a bound of time and memory for each job, the same job done once, a fair queue.
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { graphError } from '@district-graph/kit/errors';
import type { Log } from '@district-graph/kit/log';
import type { GraphQLError } from 'graphql';
import { FairQueue } from './fair-queue.ts';
import type { ThreadMessage } from './thread.ts';

export interface ThreadPoolOptions {
  threads: number;
  /** How much processor time one job may take before its thread is ended: a busy machine does not make it any harder. */
  timeoutMs: number;
  /** How much memory a thread may come to use before it is ended. */
  maxHeapMegabytes: number;
  /** How many jobs may wait for a thread. */
  maxWaiting: number;
  log: Log;
}

/** A program for threads, and what each is given to load. */
export interface Program {
  file: URL;
  data: unknown;
}

/** Whose time a job takes. */
export interface Requester {
  /** Those with the same key wait in one line. */
  key: string;
  /** Counts what a job of theirs took, in milliseconds of processor time. */
  charge: (cpuMs: number) => void;
  /** Why they wait for it no more, or null; by default they wait for ever. */
  reasonToStop?: () => Error | null;
}

/** The gateway itself. */
export const ownWork: Requester = { key: '', charge: () => {} };

/** A job until it is done, for all who asked for it. */
interface Wanted<Job, Result> {
  job: Job;
  result: Promise<Result>;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
  requesters: Requester[];
  /** The lines that it waits in, while it waits. */
  lines: Set<string>;
}

/** A job at its place in a line. */
interface Waiting<Job, Result> {
  wanted: Wanted<Job, Result>;
  requester: Requester;
}

interface Thread<Job, Result> {
  worker: Worker;
  current: Waiting<Job, Result> | null;
  watch: NodeJS.Timeout | null;
  /** Of processor time, before the current job. */
  cpuMs: number;
}

interface Started<Loaded> {
  worker: Worker;
  loaded: Loaded;
  cpuMs: number;
}

/** What every job counts in the queue: also many short ones make room. */
const leastMs = 0.1;
/** Of the memory that a thread may use: one that reached its own limit could take the process along. */
const heapReserve = 4;
const youngMegabytes = 16;
const watchMs = 50;
const loadTimeoutMs = 60_000;
/** After how long a thread that did not start is started again; twice as long after each failure, up to the last. */
const restartMs = [100, 200, 400, 800, 1600, 3200, 5000];

// The size that the process was started with is for the thread that answers; these few would each take as much.
setFlagsFromString('--max-semi-space-size=0');

/** Jobs are plain data that bear the query they are about; equal ones at the same time are one. */
export class ThreadPool<Loaded, Job extends { query: string }, Result> {
  /** What the first thread said when it had loaded. */
  readonly loaded: Loaded;
  #program: Program;
  #options: ThreadPoolOptions;
  #threads = new Set<Thread<Job, Result>>();
  #waiting = new FairQueue<Waiting<Job, Result>>();
  #wanted = new Map<string, Wanted<Job, Result>>();
  /** Starts that failed since the last one that did not. */
  #failedStarts = 0;
  #restarts = new Set<NodeJS.Timeout>();
  #closed = false;

  /** Rejects with what is wrong with the data, where the program refuses it. */
  static async start<Loaded, Job extends { query: string }, Result>(
    program: Program,
    options: ThreadPoolOptions,
  ): Promise<ThreadPool<Loaded, Job, Result>> {
    const started = await startThread<Loaded>(program, options);
    const pool = new ThreadPool<Loaded, Job, Result>(program, started.loaded, options);
    pool.#adopt(started);
    for (let count = 1; count < options.threads; count += 1) pool.#replace();
    return pool;
  }

  private constructor(program: Program, loaded: Loaded, options: ThreadPoolOptions) {
    this.#program = program;
    this.loaded = loaded;
    this.#options = options;
  }

  /**
   * Whether jobs get done: false when there is no thread and none could be started. One that is ended for what it was given
   * and replaced leaves it true: nobody can switch it off by hard jobs.
   */
  get isWorking(): boolean {
    return this.#threads.size > 0 || this.#failedStarts === 0;
  }

  get threadCount(): number {
    return this.#threads.size;
  }

  /** Done once for all who ask for it meanwhile, in the turn of whoever comes first. */
  run(job: Job, requester: Requester): Promise<Result> {
    const key = JSON.stringify(job);
    const known = this.#wanted.get(key);
    if (known) {
      known.requesters.push(requester);
      if (known.lines.size > 0 && !known.lines.has(requester.key)) this.#enter(known, requester);
      return known.result;
    }
    const { promise: result, resolve, reject } = Promise.withResolvers<Result>();
    const wanted = { job, result, resolve, reject, requesters: [requester], lines: new Set<string>() };
    if (this.#closed || !this.isWorking || !this.#enter(wanted, requester))
      return Promise.reject(overloaded());
    this.#wanted.set(key, wanted);
    const forget = () => this.#wanted.delete(key);
    result.then(forget, forget);
    this.#assign();
    return result;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const restart of this.#restarts) clearTimeout(restart);
    const ended = graphError('SHUTTING_DOWN', '服务正在停止。 The service is shutting down.');
    for (const { wanted } of this.#waiting.clear()) wanted.reject(ended);
    await Promise.all([...this.#threads].map((thread) => this.#end(thread, ended)));
  }

  /** Lets a job wait in the line of the requester, where there is room. */
  #enter(wanted: Wanted<Job, Result>, requester: Requester): boolean {
    wanted.lines.add(requester.key);
    if (this.#waiting.size >= this.#options.maxWaiting) {
      const displaced = this.#waiting.takeFromLongest(requester.key);
      if (!displaced) {
        wanted.lines.delete(requester.key);
        return false;
      }
      const { wanted: other } = displaced;
      other.lines.delete(displaced.requester.key);
      // One that waits in another line as well waits there.
      if (other.lines.size === 0) other.reject(overloaded());
    }
    this.#waiting.push(requester.key, { wanted, requester });
    return true;
  }

  /** While one requester's jobs are in work, a thread is left for the others'. */
  #assign(): void {
    const maxOfOne = Math.max(1, this.#options.threads - 1);
    for (const thread of this.#threads) {
      while (!thread.current) {
        const next = this.#waiting.take(maxOfOne);
        if (!next) return;
        const { wanted } = next.item;
        for (const key of wanted.lines)
          if (key !== next.key) this.#waiting.remove(key, (each) => each.wanted === wanted);
        wanted.lines.clear();
        const reasons = wanted.requesters.map(({ reasonToStop: over }) => over?.() ?? null);
        if (!reasons.includes(null)) {
          this.#waiting.done(next.key, 0);
          wanted.reject(reasons[0]);
          continue;
        }
        thread.current = next.item;
        this.#watch(thread);
        thread.worker.postMessage(wanted.job);
      }
    }
  }

  /** What was in work on the thread, which had taken so much processor time at its end. */
  #finished(thread: Thread<Job, Result>, cpuMs: number): Waiting<Job, Result> | null {
    const { current } = thread;
    if (thread.watch) clearInterval(thread.watch);
    thread.current = null;
    const usedMs = Math.max(0, cpuMs - thread.cpuMs);
    thread.cpuMs = cpuMs;
    if (!current) return null;
    this.#waiting.done(current.requester.key, Math.max(leastMs, usedMs));
    current.requester.charge(usedMs);
    return current;
  }

  /** Ends a job that takes too long, or too much memory. */
  #watch(thread: Thread<Job, Result>): void {
    const { timeoutMs, maxHeapMegabytes } = this.#options;
    const { current, worker } = thread;
    thread.watch = setInterval(async () => {
      const [cpu, heap] = await Promise.all([worker.cpuUsage(), worker.getHeapStatistics()]).catch(() => []);
      if (!cpu || !heap || thread.current !== current) return;
      const cpuMs = (cpu.user + cpu.system) / 1000;
      if (cpuMs - thread.cpuMs > timeoutMs) this.#tooComplex(thread, `${timeoutMs} ms`, cpuMs);
      else if (heap.used_heap_size > maxHeapMegabytes * 1024 * 1024)
        this.#tooComplex(thread, `${maxHeapMegabytes} MB`, cpuMs);
    }, watchMs);
  }

  #tooComplex(thread: Thread<Job, Result>, limit: string, cpuMs: number): void {
    void this.#end(thread, this.#givenUp(thread, limit), cpuMs);
    this.#replace();
  }

  #givenUp(thread: Thread<Job, Result>, limit: string): GraphQLError {
    this.#options.log({ event: 'operation given up', limit, query: shortened(thread) });
    return graphError(
      'OPERATION_TOO_COMPLEX',
      `查询过于复杂，在 ${limit} 内无法处理；请减少嵌套、片段和别名。 The operation could not be prepared within ${limit}; use fewer nested fields, fragments and aliases.`,
    );
  }

  #adopt({ worker, cpuMs }: Started<Loaded>): void {
    if (this.#closed) {
      void worker.terminate();
      return;
    }
    const thread: Thread<Job, Result> = { worker, current: null, watch: null, cpuMs };
    this.#threads.add(thread);
    worker.on('message', (message: ThreadMessage<Loaded, Result>) => {
      if (message.kind === 'loaded' || message.kind === 'refused') return;
      const error =
        message.kind === 'given up' ? this.#givenUp(thread, `${this.#options.timeoutMs} ms`) : null;
      const current = this.#finished(thread, message.cpuMs);
      if (message.kind === 'done') current?.wanted.resolve(message.result);
      else current?.wanted.reject(error ?? new Error(message.kind === 'failed' ? message.reason : ''));
      this.#assign();
    });
    // A thread that fails on its own, such as for want of memory.
    const lost = (reason: string) => {
      if (!this.#threads.has(thread)) return;
      this.#options.log({ event: 'thread lost', reason, query: shortened(thread) });
      void this.#end(thread, new Error(`thread lost: ${reason}`));
      this.#replace();
    };
    worker.on('error', (error) => lost(error.message));
    worker.on('exit', (code) => lost(`exit ${code}`));
    this.#assign();
  }

  async #end(thread: Thread<Job, Result>, error: unknown, cpuMs = thread.cpuMs): Promise<void> {
    this.#threads.delete(thread);
    this.#finished(thread, cpuMs)?.wanted.reject(error);
    await thread.worker.terminate();
  }

  /** Starts another thread, for as long as it takes: what keeps it from loading now, such as want of memory, may pass. */
  #replace(): void {
    if (this.#closed) return;
    startThread<Loaded>(this.#program, this.#options).then(
      (started) => {
        this.#failedStarts = 0;
        this.#adopt(started);
      },
      (error: Error) => {
        const pauseMs = restartMs[Math.min(this.#failedStarts, restartMs.length - 1)] ?? 0;
        this.#failedStarts += 1;
        this.#options.log({ event: 'thread not started', error: error.message, failed: this.#failedStarts });
        if (!this.isWorking) for (const { wanted } of this.#waiting.clear()) wanted.reject(overloaded());
        if (this.#closed) return;
        const restart = setTimeout(() => {
          this.#restarts.delete(restart);
          this.#replace();
        }, pauseMs).unref();
        this.#restarts.add(restart);
      },
    );
  }
}

const overloaded = () =>
  graphError(
    'OVERLOADED',
    '等待处理的新查询过多，请稍后重试。 Too many new operations wait; try again shortly.',
  );

const shortened = <Job extends { query: string }, Result>({ current }: Thread<Job, Result>) =>
  current?.wanted.job.query.slice(0, 500);

function startThread<Loaded>(
  { file, data }: Program,
  { maxHeapMegabytes }: ThreadPoolOptions,
): Promise<Started<Loaded>> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(file, {
      workerData: data,
      resourceLimits: {
        maxOldGenerationSizeMb: maxHeapMegabytes * heapReserve,
        maxYoungGenerationSizeMb: youngMegabytes,
      },
      // Read by the Apollo packages when they are loaded: nothing is reported to the outside.
      env: { ...process.env, APOLLO_TELEMETRY_DISABLED: '1' },
    });
    worker.unref();
    // An error that nobody listens to would end the process, such as one while a thread is being ended.
    worker.on('error', () => {});
    const fail = (error: Error) => {
      clearTimeout(deadline);
      void worker.terminate();
      reject(error);
    };
    const exited = () => fail(new Error('the thread ended while it loaded'));
    const deadline = setTimeout(() => fail(new Error('the thread took too long to load')), loadTimeoutMs);
    worker.once('error', fail);
    worker.once('exit', exited);
    worker.once('message', (message: ThreadMessage<Loaded, unknown>) => {
      if (message.kind === 'refused') return fail(new Error(message.reason));
      if (message.kind !== 'loaded') return fail(new Error('an unexpected message of the thread'));
      clearTimeout(deadline);
      worker.off('error', fail);
      worker.off('exit', exited);
      resolve({ worker, loaded: message.loaded, cpuMs: message.cpuMs });
      return undefined;
    });
  });
}

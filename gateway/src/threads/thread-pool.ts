// A pool of threads for work that must not block the request thread: limits of time and memory for each job, equal jobs run once, a fair
// queue between requesters.
import type { Worker } from 'node:worker_threads';
import { graphError } from '@district-graph/kit/errors';
import type { Log } from '@district-graph/kit/log';
import type { GraphQLError } from 'graphql';
import { FairQueue } from './fair-queue.ts';
import { usageOf } from './processor-time.ts';
import { type Program, type Started, startThread } from './start-thread.ts';
import type { ThreadMessage } from './thread.ts';

export interface ThreadPoolOptions {
  threads: number;
  /** How much processor time one job may take before its thread is terminated. Unlike elapsed time it does not depend on the machine's load. */
  timeoutMs: number;
  /** How much memory a thread may use before it is terminated. */
  maxHeapMegabytes: number;
  /** How many jobs may wait for a thread. */
  maxWaiting: number;
  log: Log;
}

/** On whose behalf a job runs. */
export interface Requester {
  /** Requesters with the same key wait in one queue. */
  key: string;
  /** Called with the processor time that a job took, in milliseconds. */
  charge: (cpuMs: number) => void;
  /** Whether the plans made for it are of no use later, as in a warm-up. */
  keepsNoPlans?: boolean;
  /** Why the requester no longer waits, or null; by default it waits forever. */
  reasonToStop?: () => Error | null;
}

/** The gateway itself. */
export const internalRequester: Requester = { key: '', charge: () => {} };

/** A job that is not finished, with everyone that requested it. */
interface PendingJob<Job, Result> {
  job: Job;
  result: Promise<Result>;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
  requesters: Requester[];
  /** The keys of the queues in which it waits. */
  queues: Set<string>;
}

/** A job in the queue of a requester. */
interface QueuedJob<Job, Result> {
  pending: PendingJob<Job, Result>;
  requester: Requester;
}

interface Thread<Job, Result> {
  worker: Worker;
  current: QueuedJob<Job, Result> | null;
  watch: NodeJS.Timeout | null;
  /** The processor time that it had used before the current job. */
  cpuMs: number;
}

/** What every job counts at least in the queue, so that many short jobs count too. */
const minJobMs = 0.1;
const watchMs = 50;
/** How long to wait before a thread that did not start is started again, after each failure in a row. */
const restartDelaysMs = [100, 200, 400, 800, 1600, 3200, 5000];

/** A job is plain data with the query that it is about. */
interface PoolJob {
  query: string;
  /** Jobs that are known to take long never occupy all threads, whoever requests them. */
  isLong?: boolean;
}

/** Equal jobs at the same time run once. */
export class ThreadPool<Loaded, Job extends PoolJob, Result> {
  /** What the first thread sent after loading. */
  readonly loaded: Loaded;
  #program: Program;
  #options: ThreadPoolOptions;
  #threads = new Set<Thread<Job, Result>>();
  #waiting = new FairQueue<QueuedJob<Job, Result>>();
  #pending = new Map<string, PendingJob<Job, Result>>();
  /** How many starts have failed since the last successful one. */
  #failedStarts = 0;
  #restarts = new Set<NodeJS.Timeout>();
  #started: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** Rejects with the error of the program if it cannot load the data. */
  static async start<Loaded, Job extends { query: string }, Result>(
    program: Program,
    options: ThreadPoolOptions,
  ): Promise<ThreadPool<Loaded, Job, Result>> {
    const started = await startThread<Loaded>(program, options.maxHeapMegabytes);
    const pool = new ThreadPool<Loaded, Job, Result>(program, started.loaded, options);
    pool.#adopt(started);
    const others = Array.from({ length: options.threads - 1 }, () => pool.#replace());
    pool.#started = Promise.all(others);
    return pool;
  }

  private constructor(program: Program, loaded: Loaded, options: ThreadPoolOptions) {
    this.#program = program;
    this.loaded = loaded;
    this.#options = options;
  }

  /** Resolves once all threads have loaded, or failed to do so for the first time. Loading takes time from everything else. */
  async whenStarted(): Promise<void> {
    await this.#started;
  }

  /**
   * Whether jobs can run: false while there is no thread and none could be started. A thread that is terminated for its job and is being
   * replaced leaves it true, so that no client can change readiness by expensive jobs.
   */
  get isWorking(): boolean {
    return this.#threads.size > 0 || this.#failedStarts === 0;
  }

  get threadCount(): number {
    return this.#threads.size;
  }

  /** Runs a job once for everyone that requests it before it is finished, as soon as it is the turn of one of them. */
  run(job: Job, requester: Requester): Promise<Result> {
    const key = JSON.stringify(job);
    const existing = this.#pending.get(key);
    if (existing) {
      existing.requesters.push(requester);
      if (existing.queues.size > 0 && !existing.queues.has(requester.key)) this.#enqueue(existing, requester);
      return existing.result;
    }
    const pending = pendingJob<Job, Result>(job, requester);
    const { result } = pending;
    if (this.#closed || !this.isWorking || !this.#enqueue(pending, requester))
      return Promise.reject(overloaded());
    this.#pending.set(key, pending);
    const forget = () => this.#pending.delete(key);
    result.then(forget, forget);
    this.#assign();
    return result;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const restart of this.#restarts) clearTimeout(restart);
    const shuttingDown = graphError(
      'SHUTTING_DOWN',
      '服务正在停止，请稍后重试。 The service is shutting down; try again shortly.',
    );
    for (const { pending } of this.#waiting.clear()) pending.reject(shuttingDown);
    await Promise.all([...this.#threads].map((thread) => this.#terminate(thread, shuttingDown)));
  }

  /** Adds a job to the queue of the requester; false if there is no room for it. */
  #enqueue(pending: PendingJob<Job, Result>, requester: Requester): boolean {
    pending.queues.add(requester.key);
    if (this.#waiting.size >= this.#options.maxWaiting) {
      const displaced = this.#waiting.takeFromLongest(requester.key);
      if (!displaced) {
        pending.queues.delete(requester.key);
        return false;
      }
      const { pending: other } = displaced;
      other.queues.delete(displaced.requester.key);
      // A job that waits in another queue too keeps waiting there.
      if (other.queues.size === 0) other.reject(overloaded());
    }
    this.#waiting.push(requester.key, { pending, requester });
    return true;
  }

  /** Gives jobs to idle threads. Neither the jobs of one requester nor long ones occupy all of them. */
  #assign(): void {
    const most = Math.max(1, this.#options.threads - 1);
    const isLong = (queued: QueuedJob<Job, Result> | null) => queued?.pending.job.isLong === true;
    for (const thread of this.#threads) {
      while (!thread.current) {
        const long = [...this.#threads].filter(({ current }) => isLong(current)).length;
        const next = this.#waiting.take(most, (queued) => long < most || !isLong(queued));
        if (!next) return;
        const { pending } = next.item;
        for (const key of pending.queues)
          if (key !== next.key) this.#waiting.remove(key, (each) => each.pending === pending);
        pending.queues.clear();
        const reasons = pending.requesters.map(({ reasonToStop }) => reasonToStop?.() ?? null);
        if (!reasons.includes(null)) {
          this.#waiting.done(next.key, 0);
          pending.reject(reasons[0]);
          continue;
        }
        thread.current = next.item;
        this.#watch(thread);
        thread.worker.postMessage(pending.job);
      }
    }
  }

  /** Ends the current job of the thread, which has used `cpuMs` by now, and charges it. */
  #finished(thread: Thread<Job, Result>, cpuMs: number): QueuedJob<Job, Result> | null {
    const { current } = thread;
    if (thread.watch) clearInterval(thread.watch);
    thread.current = null;
    const usedMs = Math.max(0, cpuMs - thread.cpuMs);
    thread.cpuMs = cpuMs;
    if (!current) return null;
    this.#waiting.done(current.requester.key, Math.max(minJobMs, usedMs));
    current.requester.charge(usedMs);
    return current;
  }

  /** Terminates the thread if its job takes too long or too much memory. */
  #watch(thread: Thread<Job, Result>): void {
    const { timeoutMs, maxHeapMegabytes } = this.#options;
    const { current, worker } = thread;
    const usedBefore = { cpuMs: thread.cpuMs, startedMs: performance.now() };
    thread.watch = setInterval(async () => {
      const used = await usageOf(worker, usedBefore);
      if (!used || thread.current !== current) return;
      const { jobMs, heapBytes } = used;
      const cpuMs = usedBefore.cpuMs + jobMs;
      if (jobMs > timeoutMs) this.#tooComplex(thread, `${timeoutMs} ms`, cpuMs);
      else if (heapBytes > maxHeapMegabytes * 1024 * 1024)
        this.#tooComplex(thread, `${maxHeapMegabytes} MB`, cpuMs);
    }, watchMs);
  }

  #tooComplex(thread: Thread<Job, Result>, limit: string, cpuMs: number): void {
    const requester = thread.current?.requester;
    void this.#terminate(thread, this.#timedOut(thread, limit), cpuMs);
    void this.#replace(requester);
  }

  #timedOut(thread: Thread<Job, Result>, limit: string): GraphQLError {
    this.#options.log({ event: 'preparation aborted', limit, query: shortened(thread) });
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
      if (message.kind === 'loaded' || message.kind === 'load failed') return;
      const error =
        message.kind === 'timed out' ? this.#timedOut(thread, `${this.#options.timeoutMs} ms`) : null;
      const current = this.#finished(thread, message.cpuMs);
      if (message.kind === 'done') current?.pending.resolve(message.result);
      else current?.pending.reject(error ?? new Error(message.kind === 'failed' ? message.reason : ''));
      this.#assign();
    });
    // A thread that fails by itself, for example for lack of memory.
    const lost = (reason: string) => {
      if (!this.#threads.has(thread)) return;
      this.#options.log({ event: 'thread lost', reason, query: shortened(thread) });
      void this.#terminate(thread, new Error(`thread lost: ${reason}`));
      void this.#replace();
    };
    worker.on('error', (error) => lost(error.message));
    worker.on('exit', (code) => lost(`exit ${code}`));
    this.#assign();
  }

  async #terminate(thread: Thread<Job, Result>, error: unknown, cpuMs = thread.cpuMs): Promise<void> {
    this.#threads.delete(thread);
    this.#finished(thread, cpuMs)?.pending.reject(error);
    await thread.worker.terminate();
  }

  /**
   * Starts another thread, repeatedly until one has loaded: the cause of a failure, such as lack of memory, may pass. Loading is charged
   * to the requester whose job made it necessary.
   */
  async #replace(requester = internalRequester): Promise<void> {
    if (this.#closed) return;
    await startThread<Loaded>(this.#program, this.#options.maxHeapMegabytes).then(
      (started) => {
        this.#failedStarts = 0;
        requester.charge(started.cpuMs);
        this.#adopt(started);
      },
      (error: Error) => {
        const delayMs = restartDelaysMs[Math.min(this.#failedStarts, restartDelaysMs.length - 1)] ?? 0;
        this.#failedStarts += 1;
        this.#options.log({ event: 'thread not started', error: error.message, failed: this.#failedStarts });
        if (!this.isWorking) for (const { pending } of this.#waiting.clear()) pending.reject(overloaded());
        if (this.#closed) return;
        const restart = setTimeout(() => {
          this.#restarts.delete(restart);
          void this.#replace(requester);
        }, delayMs).unref();
        this.#restarts.add(restart);
      },
    );
  }
}

function pendingJob<Job, Result>(job: Job, requester: Requester): PendingJob<Job, Result> {
  let settle: Pick<PendingJob<Job, Result>, 'resolve' | 'reject'> | undefined;
  const result = new Promise<Result>((resolve, reject) => {
    settle = { resolve, reject };
  });
  if (!settle) throw new Error('a promise did not call its executor');
  return { job, result, ...settle, requesters: [requester], queues: new Set() };
}

const overloaded = () =>
  graphError(
    'OVERLOADED',
    '等待处理的新查询过多，请稍后重试。 Too many new operations are waiting; try again shortly.',
  );

const shortened = <Job extends PoolJob, Result>({ current }: Thread<Job, Result>) =>
  current?.pending.job.query.slice(0, 500);

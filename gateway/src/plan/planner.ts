// Plans operations off the request thread: a few threads, a deadline for each plan, the same operation planned once.
import { Worker } from 'node:worker_threads';
import { graphError } from '@district-graph/kit/errors';
import type { Log } from '@district-graph/kit/log';
import type { OperationToPlan } from './client-operation.ts';
import type { PlannerMessage } from './planner-thread.ts';
import type { QueryPlan } from './query-plan.ts';
import type { SupergraphFacts } from './supergraph-facts.ts';

export interface PlannerOptions {
  threads: number;
  /** How long one plan may take before its thread is ended. */
  timeoutMs: number;
  /** How much memory a thread may come to use before it is ended. */
  maxHeapMegabytes: number;
  /** How many operations may wait for a thread. */
  maxWaiting: number;
  log: Log;
}

interface Job {
  operation: OperationToPlan;
  resolve: (plan: QueryPlan) => void;
  reject: (error: unknown) => void;
}

interface Thread {
  worker: Worker;
  /** Null until the supergraph is loaded. */
  ready: boolean;
  job: Job | null;
  watch: NodeJS.Timeout | null;
}

const threadUrl = new URL('./planner-thread.ts', import.meta.url);
/** Of the memory that a thread may use: one that reached its own limit could take the process along. */
const heapReserve = 4;
const watchMs = 50;
const loadTimeoutMs = 60_000;

export class Planner {
  readonly facts: SupergraphFacts;
  #sdl: string;
  #options: PlannerOptions;
  #threads = new Set<Thread>();
  #waiting: Job[] = [];
  #planning = new Map<string, Promise<QueryPlan>>();
  #closed = false;

  /** Loads the supergraph in a thread; rejects with what is wrong with it. */
  static async load(sdl: string, options: PlannerOptions): Promise<Planner> {
    const { thread, facts } = await startThread(sdl, options);
    const planner = new Planner(sdl, facts, options);
    planner.#adopt(thread);
    for (let count = 1; count < options.threads; count += 1) planner.#replace();
    return planner;
  }

  private constructor(sdl: string, facts: SupergraphFacts, options: PlannerOptions) {
    this.#sdl = sdl;
    this.facts = facts;
    this.#options = options;
  }

  /** The plan of a valid operation. Concurrent calls for the same one share one planning. */
  plan(operation: OperationToPlan): Promise<QueryPlan> {
    const key = JSON.stringify(operation);
    let planning = this.#planning.get(key);
    if (!planning) {
      planning = this.#enqueue(operation).finally(() => this.#planning.delete(key));
      this.#planning.set(key, planning);
    }
    return planning;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const ended = graphError('SHUTTING_DOWN', '服务正在停止。 The service is shutting down.');
    for (const job of this.#waiting.splice(0)) job.reject(ended);
    await Promise.all([...this.#threads].map((thread) => this.#end(thread, ended)));
  }

  #enqueue(operation: OperationToPlan): Promise<QueryPlan> {
    return new Promise((resolve, reject) => {
      if (this.#closed || this.#waiting.length >= this.#options.maxWaiting) {
        reject(
          graphError(
            'OVERLOADED',
            '等待规划的新查询过多，请稍后重试。 Too many new operations wait to be planned; try again shortly.',
          ),
        );
        return;
      }
      this.#waiting.push({ operation, resolve, reject });
      this.#assign();
    });
  }

  #assign(): void {
    for (const thread of this.#threads) {
      if (!thread.ready || thread.job) continue;
      const job = this.#waiting.shift();
      if (!job) return;
      thread.job = job;
      this.#watch(thread);
      thread.worker.postMessage(job.operation);
    }
  }

  /** Ends a plan that takes too long, or too much memory. */
  #watch(thread: Thread): void {
    const { timeoutMs, maxHeapMegabytes } = this.#options;
    const deadline = performance.now() + timeoutMs;
    const { job } = thread;
    const watch = setInterval(async () => {
      if (performance.now() > deadline) this.#tooComplex(thread, `${timeoutMs} ms`);
      else {
        const heap = await thread.worker.getHeapStatistics().catch(() => null);
        if (heap && thread.job === job && heap.used_heap_size > maxHeapMegabytes * 1024 * 1024)
          this.#tooComplex(thread, `${maxHeapMegabytes} MB`);
      }
    }, watchMs);
    thread.watch = watch;
  }

  #tooComplex(thread: Thread, limit: string): void {
    this.#options.log({ event: 'planning ended', limit, query: thread.job?.operation.query.slice(0, 500) });
    void this.#end(
      thread,
      graphError(
        'OPERATION_TOO_COMPLEX',
        `查询过于复杂，在 ${limit} 内无法规划；请减少嵌套、片段和别名。 The operation could not be planned within ${limit}; use fewer nested fields, fragments and aliases.`,
      ),
    );
    this.#replace();
  }

  #adopt(thread: Thread): void {
    if (this.#closed) {
      void thread.worker.terminate();
      return;
    }
    this.#threads.add(thread);
    thread.worker.on('message', (message: PlannerMessage) => {
      const { job } = thread;
      if (!job || (message.kind !== 'planned' && message.kind !== 'failed')) return;
      thread.job = null;
      if (thread.watch) clearInterval(thread.watch);
      if (message.kind === 'planned') job.resolve(message.plan);
      else job.reject(new Error(`planning failed: ${message.reason}`));
      this.#assign();
    });
    // A thread that fails on its own, such as for want of memory.
    const lost = (reason: string) => {
      if (!this.#threads.has(thread)) return;
      this.#options.log({ event: 'planner lost', reason, query: thread.job?.operation.query.slice(0, 500) });
      void this.#end(thread, new Error(`planning failed: ${reason}`));
      this.#replace();
    };
    thread.worker.on('error', (error) => lost(error.message));
    thread.worker.on('exit', (code) => lost(`exit ${code}`));
    this.#assign();
  }

  async #end(thread: Thread, error: unknown): Promise<void> {
    this.#threads.delete(thread);
    if (thread.watch) clearInterval(thread.watch);
    thread.job?.reject(error);
    thread.job = null;
    await thread.worker.terminate();
  }

  #replace(): void {
    if (this.#closed) return;
    startThread(this.#sdl, this.#options).then(
      ({ thread }) => this.#adopt(thread),
      (error: Error) => this.#options.log({ event: 'planner not started', error: error.message }),
    );
  }
}

function startThread(
  sdl: string,
  { maxHeapMegabytes }: PlannerOptions,
): Promise<{ thread: Thread; facts: SupergraphFacts }> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(threadUrl, {
      workerData: sdl,
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMegabytes * heapReserve },
      // Read by the Apollo packages when they are loaded: nothing is reported to the outside.
      env: { ...process.env, APOLLO_TELEMETRY_DISABLED: '1' },
    });
    worker.unref();
    const fail = (error: Error) => {
      clearTimeout(deadline);
      void worker.terminate();
      reject(error);
    };
    const exited = () => fail(new Error('the planner ended while it loaded the supergraph'));
    const deadline = setTimeout(() => fail(new Error('the supergraph took too long to load')), loadTimeoutMs);
    worker.once('error', fail);
    worker.once('exit', exited);
    worker.once('message', (message: PlannerMessage) => {
      if (message.kind === 'refused') return fail(new Error(message.reason));
      if (message.kind !== 'loaded') return fail(new Error('an unexpected message of the planner'));
      clearTimeout(deadline);
      worker.off('error', fail);
      worker.off('exit', exited);
      resolve({ thread: { worker, ready: true, job: null, watch: null }, facts: message.facts });
      return undefined;
    });
  });
}

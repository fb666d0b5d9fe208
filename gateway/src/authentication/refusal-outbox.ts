// The refusals that are queued for one subgraph. They are reported in batches, one call at a time.
import { maxGatewayRefusals, refusalsText } from '@district-graph/kit/access-log/gateway-refusals';
import type { ErrorCode } from '@district-graph/kit/errors';
import type { Log } from '@district-graph/kit/log';

/** Sends the body in the name of the viewer with these claims. Resolves to why it was rejected, or to null; may reject. */
export type SendRefusals = (subgraph: string, claims: string, body: string) => Promise<ErrorCode | null>;

/** How long refusals are collected for a batch, and how long the outbox waits after a failure. */
const collectMs = 250;
const retryMs = 5000;
/** The access record gets the time at which it is written: older refusals are dropped. */
const maxAgeMs = 600_000;
/** Refusals of one subgraph that may wait, each of some 700 bytes at most; and those of one viewer and purpose among them. */
const maxWaiting = 10_000;
const maxOfViewer = 2000;

/** As text: a part of a request would keep the whole request in memory. */
interface WaitingRefusal {
  text: string;
  at: number;
}

/** By the claims of the viewer. */
type Waiting = Map<string, WaitingRefusal[]>;

export class RefusalOutbox {
  #subgraph: string;
  #send: SendRefusals;
  #onLost: (count: number) => void;
  #log: Log;
  #waiting: Waiting = new Map();
  #count = 0;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | null = null;
  #isUnavailable = false;
  #isClosed = false;

  constructor(subgraph: string, send: SendRefusals, onLost: (count: number) => void, log: Log) {
    this.#subgraph = subgraph;
    this.#send = send;
    this.#onLost = onLost;
    this.#log = log;
  }

  /** Whether another refusal of the viewer may wait. */
  hasRoom(claims: string): boolean {
    return this.#count < maxWaiting && (this.#waiting.get(claims)?.length ?? 0) < maxOfViewer;
  }

  add(claims: string, text: string): void {
    const waiting = this.#waiting.get(claims);
    const refusal = { text, at: Date.now() };
    if (waiting) waiting.push(refusal);
    else this.#waiting.set(claims, [refusal]);
    this.#count += 1;
    this.#runAfter(collectMs);
  }

  /** Resolves once what is waiting now was sent, or failed to be. */
  async flush(): Promise<void> {
    await this.#running;
    await this.#run();
  }

  /** Returns how many refusals were not sent. */
  close(): number {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    return this.#count;
  }

  #runAfter(ms: number): void {
    if (this.#isClosed) return;
    this.#timer ??= setTimeout(() => void this.#run(), ms).unref();
  }

  #run(): Promise<void> {
    if (this.#waiting.size === 0) return this.#running ?? Promise.resolve();
    this.#running ??= this.#sendWaiting();
    return this.#running;
  }

  async #sendWaiting(): Promise<void> {
    const sending = this.#takeWaiting();
    let failure: string | null = null;
    for (const [claims, refusals] of sending)
      while (refusals.length && failure === null) failure = await this.#sendSome(claims, refusals);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#running = null;
    if (failure !== null) this.#restore(sending, failure);
    this.#isUnavailable = failure !== null;
    if (this.#count) this.#runAfter(this.#isUnavailable ? retryMs : collectMs);
  }

  /** Takes all that is waiting, and drops what has waited for too long. */
  #takeWaiting(): Waiting {
    const since = Date.now() - maxAgeMs;
    const taken: Waiting = new Map();
    for (const [claims, refusals] of this.#waiting) {
      const recent = refusals.filter(({ at }) => at > since);
      this.#onLost(refusals.length - recent.length);
      this.#count -= refusals.length - recent.length;
      taken.set(claims, recent);
    }
    this.#waiting = new Map();
    return taken;
  }

  /** Sends the first refusals of a viewer. Resolves to why the subgraph is unavailable, or to null. */
  async #sendSome(claims: string, refusals: WaitingRefusal[]): Promise<string | null> {
    const some = refusals.slice(0, maxGatewayRefusals);
    const body = refusalsText(some.map(({ text }) => text));
    try {
      const code = await this.#send(this.#subgraph, claims, body);
      if (code !== null && !permanent.has(code)) return code;
      if (code !== null) this.#drop(some.length, code);
    } catch (error) {
      return (error as Error).message;
    }
    refusals.splice(0, some.length);
    this.#count -= some.length;
    return null;
  }

  /** Puts unsent refusals back, before those that were added meanwhile. */
  #restore(unsent: Waiting, failure: string): void {
    const added = this.#waiting;
    this.#waiting = new Map();
    for (const [claims, refusals] of [...unsent, ...added])
      if (refusals.length) this.#waiting.set(claims, [...(this.#waiting.get(claims) ?? []), ...refusals]);
    // Of consecutive failures only the first is logged.
    if (this.#isUnavailable) return;
    this.#log({
      event: 'refusals wait for the subgraph',
      subgraph: this.#subgraph,
      refusals: this.#count,
      error: failure,
    });
  }

  #drop(count: number, code: ErrorCode): void {
    this.#onLost(count);
    this.#log({ event: 'refusals rejected', level: 'warn', subgraph: this.#subgraph, refusals: count, code });
  }
}

/** Sent again, the same body would be rejected again. */
const permanent: ReadonlySet<ErrorCode> = new Set(['BAD_REQUEST', 'PAYLOAD_TOO_LARGE', 'METHOD_NOT_ALLOWED']);

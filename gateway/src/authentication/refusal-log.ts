// What the gateway refused before it asked a subgraph, told to the subgraph that owns it, for its record; nobody waits for it.
import { maxRefusedSubjects } from '@district-graph/kit/access/disclosures';
import {
  maxGatewayRefusals,
  refusalsText,
  refusalText,
  Strangers,
} from '@district-graph/kit/access-log/gateway-refusals';
import type { ErrorCode } from '@district-graph/kit/errors';
import { anonymous, type Viewer } from '@district-graph/kit/identity/viewer';
import type { Log } from '@district-graph/kit/log';
import type { UnauthorizedField } from '../execution/request-context.ts';

/** Sends the body in the name of the viewer with these claims. Resolves with why it was not taken, or null; may reject. */
export type SendRefusals = (subgraph: string, claims: string, body: string) => Promise<ErrorCode | null>;

export interface RefusedRequest {
  viewer: Viewer;
  claims: string;
  requestId: string | null;
  address: string | null;
}

const waitMs = 250;
const retryMs = 5000;
/** A record bears the time at which it is written: one that would be later than this is none. */
const keptMs = 600_000;
/** Refusals of one subgraph's fields that wait, at most some 700 bytes each; and those of one viewer and purpose among them. */
const maxWaiting = 10_000;
const maxOfViewer = 2000;
const stopMs = 5000;
const tellEveryMs = 60_000;

export class RefusalLog {
  #send: SendRefusals;
  #log: Log;
  #outboxes = new Map<string, Outbox>();
  #telling: NodeJS.Timeout;
  #anonymous = 0;
  #beyond = 0;
  #strangers = new Strangers();

  constructor(send: SendRefusals, log: Log) {
    this.#send = send;
    this.#log = log;
    this.#telling = setInterval(() => this.flush(), tellEveryMs).unref();
  }

  /**
   * Puts the first fields of a request on the record of the subgraphs that own them, soon. Those of callers without a token
   * are only counted in the log, and so is what there is no room for, as the subgraphs do with what they refuse.
   */
  add(
    { viewer, claims, requestId, address }: RefusedRequest,
    operation: string | null,
    fields: readonly UnauthorizedField[],
  ): void {
    if (viewer.id === anonymous.id) {
      this.#anonymous += fields.length;
      return;
    }
    this.#beyond += Math.max(0, fields.length - maxRefusedSubjects);
    for (const { field, subgraph } of fields.slice(0, maxRefusedSubjects)) {
      const outbox = this.#outboxOf(subgraph);
      if (outbox.hasSubgraph(claims))
        outbox.add(claims, refusalText({ operation, requestId, field, address }));
      else this.#beyond += 1;
    }
  }

  /**
   * Puts a request that was refused whole, for a header, on the record of these subgraphs: which of them it would have asked
   * is not planned for it. Of those of nobody, one in a minute for each address, on the record of the first.
   */
  addRequest(
    { viewer, claims, requestId, address }: RefusedRequest,
    operation: string | null,
    header: string,
    subgraphs: readonly string[],
  ): void {
    const isKnown = viewer.id !== anonymous.id;
    if (!isKnown && !this.#strangers.isNew(address)) {
      this.#anonymous += 1;
      return;
    }
    for (const subgraph of isKnown ? subgraphs : subgraphs.slice(0, 1)) {
      const outbox = this.#outboxOf(subgraph);
      if (outbox.hasSubgraph(claims))
        outbox.add(claims, refusalText({ operation, requestId, field: `Request.${header}`, address }));
      else this.#beyond += 1;
    }
  }

  /** Logs what has only been counted since the last time. */
  flush(): void {
    if (this.#anonymous || this.#beyond)
      this.#log({ event: 'refusals not on record', anonymous: this.#anonymous, beyond: this.#beyond });
    this.#anonymous = 0;
    this.#beyond = 0;
    this.#strangers.clear();
  }

  /** Sends what waits, for as long as that may take, and counts the rest. */
  async stop(): Promise<void> {
    clearInterval(this.#telling);
    const outboxes = [...this.#outboxes.values()];
    const tooLong = Promise.withResolvers<void>();
    const timer = setTimeout(tooLong.resolve, stopMs);
    await Promise.race([Promise.all(outboxes.map((outbox) => outbox.flush())), tooLong.promise]);
    clearTimeout(timer);
    for (const outbox of outboxes) this.#beyond += outbox.close();
    this.flush();
  }

  #outboxOf(subgraph: string): Outbox {
    let outbox = this.#outboxes.get(subgraph);
    if (!outbox) {
      const onLost = (count: number) => {
        this.#beyond += count;
      };
      outbox = new Outbox(subgraph, this.#send, onLost, this.#log);
      this.#outboxes.set(subgraph, outbox);
    }
    return outbox;
  }
}

/** As text: what was cut out of a request keeps all of that in memory. */
interface Kept {
  text: string;
  at: number;
}

/** By the claims of the viewer. */
type Waiting = Map<string, Kept[]>;

/** What one subgraph is to be told: what gathered in a while is sent, one call at a time, while the next gathers. */
class Outbox {
  #subgraph: string;
  #send: SendRefusals;
  #onLost: (count: number) => void;
  #log: Log;
  #waiting: Waiting = new Map();
  #count = 0;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | null = null;
  #isAway = false;
  #isClosed = false;

  constructor(subgraph: string, send: SendRefusals, onLost: (count: number) => void, log: Log) {
    this.#subgraph = subgraph;
    this.#send = send;
    this.#onLost = onLost;
    this.#log = log;
  }

  hasSubgraph(claims: string): boolean {
    return this.#count < maxWaiting && (this.#waiting.get(claims)?.length ?? 0) < maxOfViewer;
  }

  add(claims: string, text: string): void {
    const kept = this.#waiting.get(claims);
    const refusal = { text, at: Date.now() };
    if (kept) kept.push(refusal);
    else this.#waiting.set(claims, [refusal]);
    this.#count += 1;
    this.#runAfter(waitMs);
  }

  /** Resolves once what waits now was sent, or could not be. */
  async flush(): Promise<void> {
    await this.#running;
    await this.#run();
  }

  /** Ends it; how many were not sent. */
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
    let fault: string | null = null;
    for (const [claims, refusals] of sending)
      while (refusals.length && fault === null) fault = await this.#sendSome(claims, refusals);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#running = null;
    if (fault !== null) this.#keep(sending, fault);
    this.#isAway = fault !== null;
    if (this.#count) this.#runAfter(this.#isAway ? retryMs : waitMs);
  }

  /** All that waits, but for what has waited for too long. */
  #takeWaiting(): Waiting {
    const since = Date.now() - keptMs;
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

  /** Sends the first of a viewer's; why the subgraph cannot be told at the moment, or null. */
  async #sendSome(claims: string, refusals: Kept[]): Promise<string | null> {
    const some = refusals.slice(0, maxGatewayRefusals);
    const body = refusalsText(some.map(({ text }) => text));
    try {
      const code = await this.#send(this.#subgraph, claims, body);
      if (code !== null && !lasting.has(code)) return code;
      if (code !== null) this.#lose(some.length, code);
    } catch (error) {
      return (error as Error).message;
    }
    refusals.splice(0, some.length);
    this.#count -= some.length;
    return null;
  }

  /** For a better moment, before what came meanwhile. */
  #keep(unsent: Waiting, fault: string): void {
    const came = this.#waiting;
    this.#waiting = new Map();
    for (const [claims, refusals] of [...unsent, ...came])
      if (refusals.length) this.#waiting.set(claims, [...(this.#waiting.get(claims) ?? []), ...refusals]);
    // Of failures in a row the first is told.
    if (this.#isAway) return;
    this.#log({
      event: 'refusals wait for the subgraph',
      subgraph: this.#subgraph,
      refusals: this.#count,
      error: fault,
    });
  }

  #lose(count: number, code: ErrorCode): void {
    this.#onLost(count);
    this.#log({ event: 'refusals not taken', subgraph: this.#subgraph, refusals: count, code });
  }
}

/** Sent again, it would be answered the same. */
const lasting: ReadonlySet<ErrorCode> = new Set(['BAD_REQUEST', 'PAYLOAD_TOO_LARGE', 'METHOD_NOT_ALLOWED']);

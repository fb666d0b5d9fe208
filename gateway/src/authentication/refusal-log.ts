// Reports the gateway's own refusals to the subgraphs that own the refused fields, for their access logs, in the background.
import { maxRefusedSubjects } from '@district-graph/kit/access/disclosures';
import { InvalidTokenAddresses, refusalText } from '@district-graph/kit/access-log/gateway-refusals';
import { anonymous, type Viewer } from '@district-graph/kit/identity/viewer';
import type { Log } from '@district-graph/kit/log';
import type { UnauthorizedField } from '../engine/request-context.ts';
import { RefusalOutbox, type SendRefusals } from './refusal-outbox.ts';

export interface RefusedRequest {
  viewer: Viewer;
  claims: string;
  requestId: string | null;
  address: string | null;
}

/** How long stopping may take. */
const stopMs = 5000;
const logEveryMs = 60_000;

export class RefusalLog {
  #send: SendRefusals;
  #log: Log;
  #outboxes = new Map<string, RefusalOutbox>();
  #logging: NodeJS.Timeout;
  /** Refusals that are only counted: of clients without a token, and beyond the limits. */
  #anonymous = 0;
  #beyond = 0;
  #anonymousAddresses = new InvalidTokenAddresses();

  constructor(send: SendRefusals, log: Log) {
    this.#send = send;
    this.#log = log;
    this.#logging = setInterval(() => this.flush(), logEveryMs).unref();
  }

  /**
   * Reports the first refused fields of a request to the subgraphs that own them. Refusals of clients without a token, and
   * those beyond the limits or of foreign subgraphs, are only counted in the log, as subgraphs do with their own refusals.
   */
  add(
    { viewer, claims, requestId, address }: RefusedRequest,
    operation: string | null,
    fields: readonly UnauthorizedField[],
    foreignFields = 0,
  ): void {
    if (viewer.id === anonymous.id) {
      this.#anonymous += fields.length + foreignFields;
      return;
    }
    this.#beyond += foreignFields + Math.max(0, fields.length - maxRefusedSubjects);
    for (const { field, subgraph } of fields.slice(0, maxRefusedSubjects)) {
      const outbox = this.#outboxOf(subgraph);
      if (outbox.hasRoom(claims)) outbox.add(claims, refusalText({ operation, requestId, field, address }));
      else this.#beyond += 1;
    }
  }

  /**
   * Reports a request that was rejected as a whole, for a header, to these subgraphs: which of them it would have called
   * was never planned. Of anonymous requests, one a minute and address is reported, to the first subgraph.
   */
  addRequest(
    { viewer, claims, requestId, address }: RefusedRequest,
    operation: string | null,
    header: string,
    subgraphs: readonly string[],
  ): void {
    const isKnown = viewer.id !== anonymous.id;
    if (!isKnown && !this.#anonymousAddresses.isNew(address)) {
      this.#anonymous += 1;
      return;
    }
    for (const subgraph of isKnown ? subgraphs : subgraphs.slice(0, 1)) {
      const outbox = this.#outboxOf(subgraph);
      if (outbox.hasRoom(claims))
        outbox.add(claims, refusalText({ operation, requestId, field: `Request.${header}`, address }));
      else this.#beyond += 1;
    }
  }

  /** Logs what has been counted since the last time. */
  flush(): void {
    if (this.#anonymous || this.#beyond)
      this.#log({ event: 'refusals not on record', anonymous: this.#anonymous, beyond: this.#beyond });
    this.#anonymous = 0;
    this.#beyond = 0;
    this.#anonymousAddresses.clear();
  }

  /** Sends what is waiting within a few seconds, and counts the rest. */
  async stop(): Promise<void> {
    clearInterval(this.#logging);
    const outboxes = [...this.#outboxes.values()];
    const tooLong = Promise.withResolvers<void>();
    const timer = setTimeout(tooLong.resolve, stopMs);
    await Promise.race([Promise.all(outboxes.map((outbox) => outbox.flush())), tooLong.promise]);
    clearTimeout(timer);
    for (const outbox of outboxes) this.#beyond += outbox.close();
    this.flush();
  }

  #outboxOf(subgraph: string): RefusalOutbox {
    let outbox = this.#outboxes.get(subgraph);
    if (!outbox) {
      const onLost = (count: number) => {
        this.#beyond += count;
      };
      outbox = new RefusalOutbox(subgraph, this.#send, onLost, this.#log);
      this.#outboxes.set(subgraph, outbox);
    }
    return outbox;
  }
}

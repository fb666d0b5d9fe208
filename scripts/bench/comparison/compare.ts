// Sends every body to every gateway before the measurement: all responses must be equal. Records the plans of suites that measure them.
import { isDeepStrictEqual } from 'node:util';
import type { RecordedRequest, StaticCommand } from '../graphs/static-subgraphs.ts';
import type { Child } from '../processes/child-processes.ts';
import { type Gateways, messageOf, type Running, request } from './gateways.ts';
import { depthOf, type OperationPlan, type OperationPlans, stageMs } from './operation-plans.ts';
import type { Peer } from './peers.ts';
import { isCold, type Suite } from './workloads.ts';

/** What the first gateway did for the first body. */
export interface Reference {
  fetches: RecordedRequest[];
  answer: string;
}

export class Comparison {
  #suite: Suite;
  #statics: Child;
  #plans = new Map<Peer, OperationPlan[]>();
  /** The data of the first gateway's responses. */
  #expected: unknown[] = [];
  reference: Reference | null = null;

  constructor(suite: Suite, statics: Child) {
    this.#suite = suite;
    this.#statics = statics;
  }

  /** Of the measured operations of a suite of cold ones. */
  get plans(): OperationPlans {
    return this.#plans;
  }

  /** Gateways whose responses differ from those of the first one are left out. */
  async run(gateways: Gateways, report: (line: string) => void): Promise<void> {
    // Stock comes first: the floor sends the fetches of its plan.
    const order = [...gateways.running].sort(
      (a, b) => Number(b.peer.name === 'stock') - Number(a.peer.name === 'stock'),
    );
    for (const running of order) {
      const isFirst = this.reference === null;
      const fault = await this.#compare(running, isFirst).catch(messageOf);
      if (!fault) continue;
      if (isFirst) this.#expected = [];
      if (isFirst) this.reference = null;
      this.#plans.delete(running.peer);
      await gateways.drop(running, fault);
    }
    const names = gateways.running.map(({ peer }) => peer.name).join(', ');
    const size = ((this.reference?.answer.length ?? 0) / 1024).toFixed(0);
    report(
      `${this.#suite.name}: equal responses from ${names}; ${this.reference?.fetches.length ?? 0} fetches, ${size} KiB`,
    );
  }

  /** Returns what is wrong with the gateway's responses; null if nothing is. */
  async #compare(running: Running, isFirst: boolean): Promise<string | null> {
    const plans: OperationPlan[] = [];
    const headers = isCold(this.#suite) ? { 'x-query-plan': 'on' } : undefined;
    for (const [index, body] of this.#suite.bodies.entries()) {
      const { text, parsed, fetches } = await this.#recorded(running, body, headers);
      if (parsed.errors) return `its response has errors: ${JSON.stringify(parsed.errors).slice(0, 300)}`;
      if (isFirst) this.#expected.push(parsed.data);
      else if (!isDeepStrictEqual(parsed.data, this.#expected[index])) return 'its response differs';
      if (index === 0) running.bytes = Buffer.byteLength(text);
      if (index === 0 && isFirst) this.reference = { fetches, answer: text };
      if (!isCold(this.#suite) || index < this.#suite.warmUps) continue;
      const requests = await this.#traced(running, body, headers);
      plans.push({
        planningMs: parsed.extensions?.queryPlan?.planningMs ?? null,
        fetches: requests[0]?.length ?? 0,
        depth: Math.min(...requests.map(depthOf)),
      });
    }
    this.#plans.set(running.peer, plans);
    return null;
  }

  /**
   * The requests to the subgraphs for an operation that is sent twice more, now that the subgraphs repeat what they recorded and all
   * take equally long. A gateway that was held up between two requests may seem to have waited for the first: the lesser depth counts.
   */
  async #traced(
    running: Running,
    body: string,
    headers?: Record<string, string>,
  ): Promise<RecordedRequest[][]> {
    const first = await this.#recorded(running, body, headers, stageMs);
    const second = await this.#recorded(running, body, headers, stageMs);
    return [first.fetches, second.fetches];
  }

  /** The response of a gateway, and its requests to the subgraphs, which answer after this delay. */
  async #recorded(running: Running, body: string, headers?: Record<string, string>, delayMs = 0) {
    await this.#statics.request({ record: delayMs } satisfies StaticCommand);
    const response = await request(running, body, headers);
    const fetches = await this.#statics.request<RecordedRequest[]>('recorded' satisfies StaticCommand);
    return { ...response, fetches };
  }
}

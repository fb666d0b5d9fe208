// Which subgraphs answer, for operators; asked at most every second, however often readiness is.
import { get } from 'node:http';
import { get as getSecurely } from 'node:https';

const freshMs = 1000;
const probeTimeoutMs = 1000;

export class Reachability {
  #addresses: () => ReadonlyMap<string, string>;
  #ca: string | null;
  #known: { at: number; states: Promise<Record<string, 'up' | 'down'>> } | null = null;

  /** `addresses` are the subgraphs' of the moment, by name; `ca` the authorities they are checked by, or null for Node's. */
  constructor(addresses: () => ReadonlyMap<string, string>, ca: string | null) {
    this.#addresses = addresses;
    this.#ca = ca;
  }

  /** The state of each subgraph by name. */
  check(): Promise<Record<string, 'up' | 'down'>> {
    if (!this.#known || Date.now() - this.#known.at > freshMs)
      this.#known = { at: Date.now(), states: this.#probe() };
    return this.#known.states;
  }

  async #probe(): Promise<Record<string, 'up' | 'down'>> {
    const states = await Promise.all(
      [...this.#addresses()].map(async ([name, url]) => {
        const up = await isUp(new URL('/health/ready', url), this.#ca);
        return [name, up ? 'up' : 'down'] as const;
      }),
    );
    return Object.fromEntries(states);
  }
}

/** A subgraph of somebody else may have no such path; that it answers is enough. */
const isUp = (url: URL, ca: string | null): Promise<boolean> =>
  new Promise((resolve) => {
    const options = { agent: false, signal: AbortSignal.timeout(probeTimeoutMs), ...(ca && { ca }) };
    const request = (url.protocol === 'https:' ? getSecurely : get)(url, options, (response) => {
      resolve((response.statusCode ?? 500) < 500);
      response.destroy();
    });
    request.on('error', () => resolve(false));
  });

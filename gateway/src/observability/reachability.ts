// Probes which subgraphs are reachable, for operators; at most once a second, however often readiness is checked.
import { get } from 'node:http';
import { get as getSecurely } from 'node:https';

const freshMs = 1000;
const probeTimeoutMs = 1000;

export class Reachability {
  #addresses: () => ReadonlyMap<string, string>;
  #ca: string | null;
  #probed: { at: number; states: Promise<Record<string, 'up' | 'down'>> } | null = null;

  /** `addresses` returns the current subgraphs by name; `ca` is the PEM of the authorities that verify them, null for those of Node. */
  constructor(addresses: () => ReadonlyMap<string, string>, ca: string | null) {
    this.#addresses = addresses;
    this.#ca = ca;
  }

  /** The state of each subgraph by name. */
  check(): Promise<Record<string, 'up' | 'down'>> {
    if (!this.#probed || Date.now() - this.#probed.at > freshMs)
      this.#probed = { at: Date.now(), states: this.#probe() };
    return this.#probed.states;
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

/** Subgraphs that are not ours may lack the path; any answer below 500 counts. */
const isUp = (url: URL, ca: string | null): Promise<boolean> =>
  new Promise((resolve) => {
    const options = { agent: false, signal: AbortSignal.timeout(probeTimeoutMs), ...(ca && { ca }) };
    const request = (url.protocol === 'https:' ? getSecurely : get)(url, options, (response) => {
      resolve((response.statusCode ?? 500) < 500);
      response.destroy();
    });
    request.on('error', () => resolve(false));
  });

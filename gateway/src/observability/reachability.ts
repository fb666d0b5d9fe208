// Probes which subgraphs are reachable, for operators; at most once a second, however often readiness is checked.
import { get } from 'node:http';
import { get as getSecurely } from 'node:https';
import type { HealthCheck } from '../fetching/subgraphs.ts';

const freshMs = 1000;
const probeTimeoutMs = 1000;

type State = 'up' | 'down' | 'unchecked';

export class Reachability {
  #checks: () => ReadonlyMap<string, HealthCheck | null>;
  #ca: string | null;
  #probed: { at: number; states: Promise<Record<string, State>> } | null = null;

  /** `checks` returns what is requested of each subgraph, by name, or null; `ca` is the PEM of the authorities that verify them, null for those of Node. */
  constructor(checks: () => ReadonlyMap<string, HealthCheck | null>, ca: string | null) {
    this.#checks = checks;
    this.#ca = ca;
  }

  /** The state of each subgraph by name; `unchecked` for a foreign one without a health URL. */
  check(): Promise<Record<string, State>> {
    if (!this.#probed || Date.now() - this.#probed.at > freshMs)
      this.#probed = { at: Date.now(), states: this.#probe() };
    return this.#probed.states;
  }

  async #probe(): Promise<Record<string, State>> {
    const states = await Promise.all(
      [...this.#checks()].map(async ([name, check]): Promise<[string, State]> => {
        if (check === null) return [name, 'unchecked'];
        return [name, (await isUp(check, this.#ca)) ? 'up' : 'down'];
      }),
    );
    return Object.fromEntries(states);
  }
}

const isUp = ({ url, isStrict }: HealthCheck, ca: string | null): Promise<boolean> =>
  new Promise((resolve) => {
    const options = { agent: false, signal: AbortSignal.timeout(probeTimeoutMs), ...(ca && { ca }) };
    const request = (url.protocol === 'https:' ? getSecurely : get)(url, options, (response) => {
      resolve((response.statusCode ?? 500) < (isStrict ? 300 : 500));
      response.destroy();
    });
    request.on('error', () => resolve(false));
  });

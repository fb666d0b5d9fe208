// Which subgraphs answer, for operators; asked at most every few seconds, however often readiness is.
const freshMs = 5000;
const probeTimeoutMs = 1000;

export class Reachability {
  #addresses: () => ReadonlyMap<string, string>;
  #known: { at: number; states: Promise<Record<string, 'up' | 'down'>> } | null = null;

  /** `addresses` are the subgraphs' of the moment, by name. */
  constructor(addresses: () => ReadonlyMap<string, string>) {
    this.#addresses = addresses;
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
        const up = await fetch(new URL('/health/live', url), {
          redirect: 'manual',
          signal: AbortSignal.timeout(probeTimeoutMs),
        }).then(
          // A subgraph of somebody else may have no such path; that it answers is enough.
          (response) => response.status < 500,
          () => false,
        );
        return [name, up ? 'up' : 'down'] as const;
      }),
    );
    return Object.fromEntries(states);
  }
}

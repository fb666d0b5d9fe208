// The viewer's token: a text, or a function that is called for each request and once more when the graph has rejected the token.

/**
 * A token, null for none, or a function that returns it. The function is called before each request, so it should keep the token; with
 * `isExpired` it must get a new one. Requests that fail together wait for one renewal.
 */
export type TokenSource =
  | string
  | null
  | ((reason: { isExpired: boolean }) => string | null | Promise<string | null>);

export class Tokens {
  #source: TokenSource;
  #renewing: Promise<string | null> | null = null;
  /** The token that the last renewal returned. */
  #renewed: string | null = null;

  constructor(source: TokenSource = null) {
    this.#source = source;
  }

  get isRenewable(): boolean {
    return typeof this.#source === 'function';
  }

  async current(): Promise<string | null> {
    if (typeof this.#source !== 'function') return this.#source;
    return this.#renewing ?? this.#source({ isExpired: false });
  }

  /** A token in the place of one that was rejected; the one of another request if that was renewed meanwhile. */
  async renewed(rejected: string | null): Promise<string | null> {
    const source = this.#source;
    if (typeof source !== 'function') return source;
    if (!this.#renewing) {
      const current = await source({ isExpired: false });
      if (current !== rejected && current === this.#renewed) return current;
    }
    this.#renewing ??= Promise.resolve(source({ isExpired: true })).finally(() => {
      this.#renewing = null;
    });
    this.#renewed = await this.#renewing;
    return this.#renewed;
  }
}

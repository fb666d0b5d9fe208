// Idempotency keys of actions whose outcome is not known yet: the same action sent again has the same key, even after the page was loaded again.

const storageKey = 'district-graph.duty-keys';

type Input = Record<string, unknown>;
type Store = Pick<Storage, 'getItem' | 'setItem'>;

export class IdempotencyKeys {
  #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The key of an action with this input. */
  keyFor(action: string, input: Input): string {
    const keys = this.#read();
    const name = nameOf(action, input);
    const key = keys[name] ?? newKey();
    this.#write({ ...keys, [name]: key });
    return key;
  }

  /** The graph has answered: the same action later is another one. */
  settle(action: string, input: Input): void {
    const { [nameOf(action, input)]: _, ...others } = this.#read();
    this.#write(others);
  }

  #read(): Record<string, string> {
    try {
      return JSON.parse(this.#store.getItem(storageKey) ?? '{}') as Record<string, string>;
    } catch {
      return {};
    }
  }

  #write(keys: Record<string, string>): void {
    this.#store.setItem(storageKey, JSON.stringify(keys));
  }
}

const nameOf = (action: string, input: Input): string =>
  `${action} ${JSON.stringify(Object.entries(input).sort(([left], [right]) => (left < right ? -1 : 1)))}`;

/** `crypto.randomUUID` is missing on pages that were loaded without TLS from another machine. */
const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );

// Sends the actions of a duty officer, each with its idempotency key, and says what became of it.
import { type Client, GraphError, isRefusal, type TypedDocument } from '@district-graph/client';
import { IdempotencyKeys } from './idempotency-keys.ts';
import type { MutationResult } from './operations.ts';

/** What became of an action. After `failed` it is not known whether it was applied: sent again, it has the same key. */
export type ActionOutcome<Result extends MutationResult = MutationResult> =
  | { kind: 'done'; result: Result }
  | { kind: 'refused'; message: string }
  | { kind: 'failed'; error: GraphError };

type Input = Record<string, unknown>;

/** Memory takes its place where a browser forbids storage. */
function storageOrMemory(): Pick<Storage, 'getItem' | 'setItem'> {
  try {
    return sessionStorage;
  } catch {
    const values = new Map<string, string>();
    return {
      getItem: (name) => values.get(name) ?? null,
      setItem: (name, value) => {
        values.set(name, value);
      },
    };
  }
}

export class Actions {
  #client: Client;
  #keys: IdempotencyKeys;

  constructor(client: Client, keys = new IdempotencyKeys(storageOrMemory())) {
    this.#client = client;
    this.#keys = keys;
  }

  /** `field` is the mutation. Rejects for faults of the page only. */
  async send<Field extends string, Result extends MutationResult>(
    field: Field,
    document: TypedDocument<Record<Field, Result>, { input: Input }>,
    input: Input,
  ): Promise<ActionOutcome<Result>> {
    const idempotencyKey = this.#keys.keyFor(field, input);
    try {
      const { data } = await this.#client.mutate(document, { input }, { idempotencyKey });
      const result = data[field];
      this.#keys.settle(field, input);
      // The compiler does not know which members the union has.
      const member: { __typename: string; message?: string } = result;
      if (isRefusal(member)) return { kind: 'refused', message: result.message ?? '' };
      return { kind: 'done', result };
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      return { kind: 'failed', error };
    }
  }
}

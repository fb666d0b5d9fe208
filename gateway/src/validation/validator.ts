// Validates long documents and executes introspection in threads: the time that validation takes grows with the square of a document's
// length, and a schema is long.
import { OperationError } from '@district-graph/kit/operation/valid-operation';
import { GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';
import { toLatin1 } from '../answer/latin1.ts';
import { type Requester, ThreadPool, type ThreadPoolOptions } from '../threads/thread-pool.ts';
import type { ValidatorData, ValidatorJob, ValidatorResult } from './validator-thread.ts';

/** Shorter documents are validated on the request thread. */
const minLength = 2000;
/** How long the cached results of introspection may be together. */
const maxCachedIntrospection = 8_388_608;

export class Validator {
  #pool: ThreadPool<null, ValidatorJob, ValidatorResult>;

  static async load(data: ValidatorData, options: ThreadPoolOptions): Promise<Validator> {
    const program = { file: new URL('./validator-thread.ts', import.meta.url), data };
    return new Validator(await ThreadPool.start(program, { ...options, threads: 2 }));
  }

  #introspection = new LRUCache<string, readonly string[]>({
    maxSize: maxCachedIntrospection,
    sizeCalculation: (texts, key) => texts.reduce((sum, { length }) => sum + length, key.length),
  });

  private constructor(pool: ThreadPool<null, ValidatorJob, ValidatorResult>) {
    this.#pool = pool;
  }

  get isWorking(): boolean {
    return this.#pool.isWorking;
  }

  /** Whether the document is long enough to be validated here. */
  isFor = (query: string): boolean => query.length > minLength;

  /** Rejects with an OperationError for a document that is not valid. */
  async validate(query: string, requester: Requester): Promise<void> {
    const { errors } = await this.#pool.run({ query, variables: null }, requester);
    if (errors.length === 0) return;
    throw new OperationError(
      errors.map(({ message, locations, extensions }) =>
        Object.assign(new GraphQLError(message, { extensions }), { locations }),
      ),
    );
  }

  /** The value of each field of a valid query that selects `__schema` and `__type` only, as JSON in latin1. */
  async introspect(
    query: string,
    variables: Readonly<Record<string, unknown>>,
    requester: Requester,
  ): Promise<readonly string[]> {
    const key = `${query}\n${JSON.stringify(variables)}`;
    const cached = this.#introspection.get(key);
    if (cached) return cached;
    const { texts } = await this.#pool.run({ query, variables }, requester);
    const results = texts.map(toLatin1);
    this.#introspection.set(key, results);
    return results;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}

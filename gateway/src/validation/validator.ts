// Validates long documents and answers introspection, off the request thread: what validation takes grows with the square of what a
// client sends, and a schema is long.
import { OperationError } from '@district-graph/kit/operation/valid-operation';
import { GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';
import { encoded } from '../answer/read-answer.ts';
import { type Requester, ThreadPool, type ThreadPoolOptions } from '../threads/thread-pool.ts';
import type { ValidatorData, ValidatorJob, ValidatorResult } from './validator-thread.ts';

/** Shorter ones are validated where they are. */
const longText = 2000;
/** How long the answers to introspection that are kept may be together. */
const maxKeptIntrospection = 8_388_608;

export class Validator {
  #pool: ThreadPool<null, ValidatorJob, ValidatorResult>;

  static async load(data: ValidatorData, options: ThreadPoolOptions): Promise<Validator> {
    const program = { file: new URL('./validator-thread.ts', import.meta.url), data };
    return new Validator(await ThreadPool.start(program, { ...options, threads: 2 }));
  }

  #introspected = new LRUCache<string, readonly string[]>({
    maxSize: maxKeptIntrospection,
    sizeCalculation: (texts, key) => texts.reduce((sum, { length }) => sum + length, key.length),
  });

  private constructor(pool: ThreadPool<null, ValidatorJob, ValidatorResult>) {
    this.#pool = pool;
  }

  get isWorking(): boolean {
    return this.#pool.isWorking;
  }

  isFor = (query: string): boolean => query.length > longText;

  /** Rejects with OperationError for what is not valid. */
  async validate(query: string, requester: Requester): Promise<void> {
    const { faults } = await this.#pool.run({ query, variables: null }, requester);
    if (faults.length === 0) return;
    throw new OperationError(
      faults.map(({ message, locations, extensions }) =>
        Object.assign(new GraphQLError(message, { extensions }), { locations }),
      ),
    );
  }

  /** The value of each field of a valid query that asks for `__schema` and `__type` only, as JSON in latin1. */
  async introspect(
    query: string,
    variables: Readonly<Record<string, unknown>>,
    requester: Requester,
  ): Promise<readonly string[]> {
    const key = `${query}\n${JSON.stringify(variables)}`;
    const kept = this.#introspected.get(key);
    if (kept) return kept;
    const { texts } = await this.#pool.run({ query, variables }, requester);
    const answered = texts.map(encoded);
    this.#introspected.set(key, answered);
    return answered;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}

// Validates long documents, writes large operations for the planner and executes introspection in threads: the time that validation takes
// grows with the square of a document's length, and a schema is long.
import { OperationError } from '@district-graph/kit/operation/valid-operation';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { LRUCache } from 'lru-cache';
import { toLatin1 } from '../answer/latin1.ts';
import type { PlannableOperation } from '../planning/operation-to-plan.ts';
import { type Requester, ThreadPool, type ThreadPoolOptions } from '../threads/thread-pool.ts';
import type { OperationToWrite, ValidatorData, ValidatorJob, ValidatorResult } from './validator-thread.ts';

/** Shorter documents are validated on the request thread. */
const minLength = 2000;
/** Longer documents can take long, and never occupy all threads. */
const maxShortLength = 8000;
/** Operations with fewer selections, after fragments are expanded, are written on the request thread: about 2 ms. */
const minSelections = 200;
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

  /** Whether an operation with so many selections, after fragments are expanded, is large enough to be written here. */
  writes = (selections: number): boolean => selections > minSelections;

  /** Rejects with an OperationError for a document that is not valid. */
  async validate(query: string, requester: Requester): Promise<void> {
    const isLong = query.length > maxShortLength;
    const { errors } = await this.#pool.run({ task: 'validate', query, isLong }, requester);
    if (errors.length > 0) throw new OperationError(errors.map(asError));
  }

  /** What is planned of a valid operation. Rejects with OPERATION_TOO_COMPLEX beyond the limits. */
  async write(query: string, operation: OperationToWrite, requester: Requester): Promise<PlannableOperation> {
    const { errors, written } = await this.#pool.run({ task: 'write', query, operation }, requester);
    const [error] = errors;
    if (error) throw asError(error);
    if (written === null) throw new Error('nothing was written');
    return { ...written, definition: null, position: null };
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
    const { texts } = await this.#pool.run({ task: 'introspect', query, variables }, requester);
    const results = texts.map(toLatin1);
    this.#introspection.set(key, results);
    return results;
  }

  /** Resolves once its threads have loaded. */
  whenStarted(): Promise<void> {
    return this.#pool.whenStarted();
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}

const asError = ({ message, locations, extensions }: GraphQLFormattedError): GraphQLError =>
  Object.assign(new GraphQLError(message, { extensions }), { locations });

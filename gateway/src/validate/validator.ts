// Validates long documents, off the request thread: what validation takes grows with the square of what a client sends.
import { Refused } from '@district-graph/kit/valid-operation';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { type Requester, ThreadPool, type ThreadPoolOptions } from '../threads/thread-pool.ts';
import type { DocumentToValidate, ValidatorData } from './validator-thread.ts';

/** Shorter ones are validated where they are. */
const longText = 2000;

export class Validator {
  #pool: ThreadPool<null, DocumentToValidate, GraphQLFormattedError[]>;

  static async load(data: ValidatorData, options: ThreadPoolOptions): Promise<Validator> {
    const program = { file: new URL('./validator-thread.ts', import.meta.url), data };
    return new Validator(await ThreadPool.start(program, { ...options, threads: 1 }));
  }

  private constructor(pool: ThreadPool<null, DocumentToValidate, GraphQLFormattedError[]>) {
    this.#pool = pool;
  }

  get isWorking(): boolean {
    return this.#pool.isWorking;
  }

  isFor = (query: string): boolean => query.length > longText;

  /** Rejects with Refused for what is not valid. */
  async validate(query: string, requester: Requester): Promise<void> {
    const faults = await this.#pool.run({ query }, requester);
    if (faults.length === 0) return;
    throw new Refused(
      faults.map(({ message, locations, extensions }) =>
        Object.assign(new GraphQLError(message, { extensions }), { locations }),
      ),
    );
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}

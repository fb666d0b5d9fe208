// The saved queries of a folder, which is watched, and of them those that the current graph can answer.
import type { Log } from '@district-graph/kit/log';
import { type FileWatcher, watchFiles } from '@district-graph/kit/watch-files';
import { type GraphQLSchema, validate } from 'graphql';
import { readSavedQueries, type SavedQuery } from './saved-query.ts';

/** The constructor throws when a file has a fault; later, a folder with faults changes nothing. */
export class SavedQueries {
  #queries: ReadonlyMap<string, SavedQuery>;
  #log: Log;
  #changes: FileWatcher;
  /** The queries that are valid for a schema. */
  #valid = new WeakMap<GraphQLSchema, ReadonlyMap<string, SavedQuery>>();

  constructor(folder: string, log: Log) {
    this.#queries = readSavedQueries(folder);
    this.#log = log;
    this.#changes = watchFiles({ paths: [folder], onChange: () => this.#reload(folder), log });
  }

  close(): void {
    void this.#changes.close();
  }

  /** A graph of other subgraphs, or one that lacks a subgraph, cannot answer all of them. */
  validFor(schema: GraphQLSchema): ReadonlyMap<string, SavedQuery> {
    let valid = this.#valid.get(schema);
    if (!valid) {
      valid = new Map(
        [...this.#queries].filter(([, { document }]) => validate(schema, document).length === 0),
      );
      this.#valid.set(schema, valid);
    }
    return valid;
  }

  #reload(folder: string): void {
    try {
      this.#queries = readSavedQueries(folder);
      this.#valid = new WeakMap();
      this.#log({ event: 'saved queries loaded', queries: this.#queries.size });
    } catch (error) {
      this.#log({
        event: 'saved queries rejected, the last good ones are kept',
        error: (error as Error).message,
      });
    }
  }
}

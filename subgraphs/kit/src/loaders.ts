// Declares DataLoaders: a loader is declared once in its module, and instantiated for each request.
import DataLoader from 'dataloader';
import type { Disclosures } from './access/disclosures.ts';
import { withKind } from './admission/fair-pool.ts';
import { type Database, isLost, type Sql } from './database/database.ts';
import type { Keyring } from './encryption/keyring.ts';
import type { Viewer } from './identity/viewer.ts';

/** The context that all resolvers of a request get. */
export interface SubgraphContext {
  sql: Database;
  /** The encryption keys of the subgraph. */
  keyring: Keyring;
  viewer: Viewer;
  /** Whether the subgraph accepts no credentials at all, so that it cannot tell viewers apart. */
  isIdentityOff?: boolean;
  /** The values disclosed unmasked, which have to be on record first, and the fields that were refused. */
  disclosures: Disclosures;
  /** Rows that the viewer may see, masked, without the scope: those this request has written, and those of the viewer's carers. */
  ownedByViewer: WeakSet<object>;
  /** Today in Asia/Shanghai, the same day for the whole request. */
  today: string;
  /** The loaders of this request. */
  loaders: Map<object, Map<string, DataLoader<unknown, unknown, string>>>;
}

export type Batch<Key, Value, Args> = (
  sql: Sql,
  keys: readonly Key[],
  args: Args,
  context: SubgraphContext,
) => Promise<readonly (Value | Error)[]>;

/** More keys become several statements, so that the size of a statement is bounded. */
const maxBatchSize = 1000;

/**
 * Declares a loader. `batch` gets all keys that were requested with the same `args`, and returns values in their order. It must only
 * read: if the connection is lost, for example because the server was restarted, it is called a second time.
 * Usage: `export const roadById = defineLoader(…)`, then `roadById(context).load(id)`.
 */
export function defineLoader<Key extends string, Value, Args = undefined>(batch: Batch<Key, Value, Args>) {
  return (context: SubgraphContext, args?: Args): DataLoader<Key, Value, string> => {
    const byArgs = context.loaders.get(batch) ?? new Map<string, DataLoader<unknown, unknown, string>>();
    context.loaders.set(batch, byArgs);
    const signature = JSON.stringify(args) ?? '';
    const existing = byArgs.get(signature) as DataLoader<Key, Value, string> | undefined;
    if (existing) return existing;
    const loader = new DataLoader<Key, Value, string>(
      (keys) => readAgainIfLost(() => batch(withKind(context.sql, batch), keys, args as Args, context)),
      {
        maxBatchSize,
      },
    );
    byArgs.set(signature, loader as unknown as DataLoader<unknown, unknown, string>);
    return loader;
  };
}

async function readAgainIfLost<Value>(run: () => Promise<Value>): Promise<Value> {
  try {
    return await run();
  } catch (error) {
    if (!isLost(error)) throw error;
    return run();
  }
}

/** One row or null for each key, in the order of the keys. */
export function alignOne<Key, Row>(
  keys: readonly Key[],
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
): (Row | null)[] {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  return keys.map((key) => byKey.get(key) ?? null);
}

/** The rows of each key, in the order of the keys and, for one key, of the rows. */
export function alignMany<Key, Row>(
  keys: readonly Key[],
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
): Row[][] {
  const byKey = new Map<Key, Row[]>(keys.map((key) => [key, []]));
  for (const row of rows) byKey.get(keyOf(row))?.push(row);
  return keys.map((key) => byKey.get(key) ?? []);
}

/** A resolver. GraphQL has checked the arguments against the SDL, so resolvers declare their types. */
// biome-ignore lint/suspicious/noExplicitAny: each resolver declares the types of its parent and arguments.
export type Resolver = (parent: any, args: any, context: SubgraphContext) => unknown;

/** Resolvers by type and field; `__resolveReference` and `__resolveType` as Apollo defines them. */
export type Resolvers = Record<string, Record<string, Resolver>>;

// DataLoaders by definition: a loader is declared once beside its concept and lives as long as one request.
import DataLoader from 'dataloader';
import type { Disclosures } from './access/disclosures.ts';
import { withKind } from './admission/fair-pool.ts';
import { type Database, isLost, type Sql } from './database/database.ts';
import type { Keyring } from './encryption/keyring.ts';
import type { Viewer } from './identity/viewer.ts';

/** What every resolver of a request gets. */
export interface SubgraphContext {
  sql: Database;
  /** The keys of the subgraph. */
  keyring: Keyring;
  viewer: Viewer;
  /** Whether nobody's identity is known here, so that nobody can be told from anybody. */
  isIdentityOff?: boolean;
  /** What is told unmasked, and so has to be on record first, and what is refused. */
  disclosures: Disclosures;
  /** The records that the viewer may see, masked, without the scope: what this request has written, and who cares for the viewer. */
  ownedByViewer: WeakSet<object>;
  /** Today in Asia/Shanghai, one day for the whole request. */
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

/** More keys than this are several statements, so that one request cannot make a statement of any size. */
const maxBatchSize = 1000;

/**
 * Declares a loader. `batch` gets all keys asked for with the same `args` and answers in their order. It only reads: where its
 * connection is lost meanwhile, as when the server was started anew, it is called once more.
 * Use: `export const roadById = defineLoader(…)`, then `roadById(context).load(id)`.
 */
export function defineLoader<Key extends string, Value, Args = undefined>(batch: Batch<Key, Value, Args>) {
  return (context: SubgraphContext, args?: Args): DataLoader<Key, Value, string> => {
    const byArgs = context.loaders.get(batch) ?? new Map<string, DataLoader<unknown, unknown, string>>();
    context.loaders.set(batch, byArgs);
    const signature = JSON.stringify(args) ?? '';
    const existing = byArgs.get(signature) as DataLoader<Key, Value, string> | undefined;
    if (existing) return existing;
    const loader = new DataLoader<Key, Value, string>(
      (keys) => read(() => batch(withKind(context.sql, batch), keys, args as Args, context)),
      {
        maxBatchSize,
      },
    );
    byArgs.set(signature, loader as unknown as DataLoader<unknown, unknown, string>);
    return loader;
  };
}

async function read<Value>(run: () => Promise<Value>): Promise<Value> {
  try {
    return await run();
  } catch (error) {
    if (!isLost(error)) throw error;
    return run();
  }
}

/** One row or null per key, in the order of the keys. */
export function alignOne<Key, Row>(
  keys: readonly Key[],
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
): (Row | null)[] {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  return keys.map((key) => byKey.get(key) ?? null);
}

/** The rows of each key, in the order of the keys and, within one, of the rows. */
export function alignMany<Key, Row>(
  keys: readonly Key[],
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
): Row[][] {
  const byKey = new Map<Key, Row[]>(keys.map((key) => [key, []]));
  for (const row of rows) byKey.get(keyOf(row))?.push(row);
  return keys.map((key) => byKey.get(key) ?? []);
}

/** A field's resolver. Arguments are already checked against the SDL by GraphQL, so a resolver names their types. */
// biome-ignore lint/suspicious/noExplicitAny: parents and arguments are as varied as the schema; each resolver states its own.
export type Resolver = (parent: any, args: any, context: SubgraphContext) => unknown;

/** Resolvers by type and field; `__resolveReference` and `__resolveType` as Apollo defines them. */
export type Resolvers = Record<string, Record<string, Resolver>>;

// Runs work in the subgraphs one after the other, each with its database and keys.
import { userInfo } from 'node:os';
import { type Database, openDatabase } from '@district-graph/kit/database/database';
import type { Keyring } from '@district-graph/kit/encryption/keyring';
import { anonymous, type Viewer } from '@district-graph/kit/identity/viewer';
import { migrateSubgraph, type Subgraph } from '@district-graph/kit/subgraph';
import { messageOf } from '../command-line/report-error.ts';
import { reachDatabase } from '../databases/subgraph-databases.ts';
import { subgraphNamed, subgraphs } from './all-subgraphs.ts';

/** The subgraph that stores the records of elders. */
export const subgraphOfElders: Subgraph = subgraphNamed('elderly-care');

export interface ReachedSubgraph {
  subgraph: Subgraph;
  sql: Database;
  keyring: Keyring;
}

type Work<Value> = (reached: ReachedSubgraph) => Promise<Value>;

/** Resolves with the result of each subgraph; rejects with the first failure, whose message names the subgraph. */
export async function inEachSubgraph<Value>(
  work: Work<Value>,
  inOrder: readonly Subgraph[] = subgraphs,
): Promise<[subgraph: string, Value][]> {
  const done: [string, Value][] = [];
  for (const subgraph of inOrder) done.push([subgraph.name, await inSubgraph(subgraph, work)]);
  return done;
}

/** Migrates the subgraph's database, then runs the work. Rejects with a message that names the subgraph. */
export async function inSubgraph<Value>(subgraph: Subgraph, work: Work<Value>): Promise<Value> {
  const { url, keyring, close } = await reachDatabase(subgraph.name);
  const sql = openDatabase(url, { maxConnections: 2, statementTimeoutMs: 0, applicationName: subgraph.name });
  try {
    await migrateSubgraph(subgraph, url, keyring);
    return await work({ subgraph, sql, keyring });
  } catch (error) {
    throw new Error(`${subgraph.name}: ${messageOf(error)}`, { cause: error });
  } finally {
    await sql.end({ timeout: 5 });
    await close();
  }
}

/** The person who runs a command on this machine, acting on a data subject's request. */
export const operator: Viewer = {
  ...anonymous,
  id: `operator ${userInfo().username}`,
  divisions: ['410100'],
  purpose: 'DATA_SUBJECT_REQUEST',
};

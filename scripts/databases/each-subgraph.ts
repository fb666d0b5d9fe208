// The subgraphs one after the other, each with its database and keys: what a command does in all of them.
import { userInfo } from 'node:os';
import { subgraph as culture } from '@district-graph/culture';
import { subgraph as elderlyCare } from '@district-graph/elderly-care';
import { type Database, openDatabase } from '@district-graph/kit/database/database';
import type { Keyring } from '@district-graph/kit/encryption/keyring';
import { anonymous, type Viewer } from '@district-graph/kit/identity/viewer';
import { migrateSubgraph, type Subgraph } from '@district-graph/kit/subgraph';
import { subgraph as places } from '@district-graph/places';
import { subgraph as sanitation } from '@district-graph/sanitation';
import { subgraph as security } from '@district-graph/security';
import { reachDatabase } from './subgraph-databases.ts';

/** The subgraph that has the records of elders. */
export const subgraphOfElders: Subgraph = elderlyCare;

export const subgraphs: readonly Subgraph[] = [elderlyCare, places, sanitation, security, culture];

export interface ReachedSubgraph {
  subgraph: Subgraph;
  sql: Database;
  keyring: Keyring;
}

type Work<Value> = (reached: ReachedSubgraph) => Promise<Value>;

/** Resolves with what the work gave of each subgraph; rejects with the first that fails, and names it. */
export async function inEachSubgraph<Value>(
  work: Work<Value>,
  inOrder: readonly Subgraph[] = subgraphs,
): Promise<[subgraph: string, Value][]> {
  const done: [string, Value][] = [];
  for (const subgraph of inOrder) done.push([subgraph.name, await inSubgraph(subgraph, work)]);
  return done;
}

/** Rejects with a message that names the subgraph. */
export async function inSubgraph<Value>(subgraph: Subgraph, work: Work<Value>): Promise<Value> {
  const { url, keyring, close } = await reachDatabase(subgraph.name);
  const sql = openDatabase(url, { maxConnections: 2, statementTimeoutMs: 0, applicationName: subgraph.name });
  try {
    await migrateSubgraph(subgraph, url, keyring);
    return await work({ subgraph, sql, keyring });
  } catch (error) {
    throw new Error(`${subgraph.name}: ${(error as Error).message}`, { cause: error });
  } finally {
    await sql.end({ timeout: 5 });
    await close();
  }
}

/** Whoever runs a command on this machine, for what a person has asked for. */
export const operator: Viewer = {
  ...anonymous,
  id: `operator ${userInfo().username}`,
  divisions: ['410100'],
  purpose: 'DATA_SUBJECT_REQUEST',
};

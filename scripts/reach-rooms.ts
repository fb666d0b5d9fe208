// The rooms one after the other, each with its database and keys: what a command does in all of them.
import { userInfo } from 'node:os';
import { subgraph as culture } from '@district-graph/culture';
import { subgraph as elderlyCare } from '@district-graph/elderly-care';
import { type Database, openDatabase } from '@district-graph/kit/database/database';
import type { Keyring } from '@district-graph/kit/encryption/keyring';
import { anonymous, type Viewer } from '@district-graph/kit/identity/viewer';
import { migrateRoom, type Subgraph } from '@district-graph/kit/subgraph';
import { subgraph as places } from '@district-graph/places';
import { subgraph as sanitation } from '@district-graph/sanitation';
import { subgraph as security } from '@district-graph/security';
import { reachDatabase } from './databases.ts';

/** The room that has the records of elders. */
export const roomOfElders: Subgraph = elderlyCare;

export const rooms: readonly Subgraph[] = [elderlyCare, places, sanitation, security, culture];

export interface ReachedRoom {
  room: Subgraph;
  sql: Database;
  keyring: Keyring;
}

type Work<Value> = (reached: ReachedRoom) => Promise<Value>;

/** Resolves with what the work gave of each room; rejects with the first that fails, and names it. */
export async function inEachRoom<Value>(
  work: Work<Value>,
  inOrder: readonly Subgraph[] = rooms,
): Promise<[room: string, Value][]> {
  const done: [string, Value][] = [];
  for (const room of inOrder) done.push([room.name, await inRoom(room, work)]);
  return done;
}

/** Rejects with a message that names the room. */
export async function inRoom<Value>(room: Subgraph, work: Work<Value>): Promise<Value> {
  const { url, keyring, close } = await reachDatabase(room.name);
  const sql = openDatabase(url, { maxConnections: 2, statementTimeoutMs: 0, applicationName: room.name });
  try {
    await migrateRoom(room, url, keyring);
    return await work({ room, sql, keyring });
  } catch (error) {
    throw new Error(`${room.name}: ${(error as Error).message}`, { cause: error });
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

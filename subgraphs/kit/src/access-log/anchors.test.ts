import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Keyring, developmentKeyring as keyring } from '../encryption/keyring.ts';
import { careWorker, causeOf, elder, type KitDatabase, kitDatabase } from '../testing/access-records.ts';
import { AccessAnchors, anchorLine, anchorsFile, readAnchors } from './anchors.ts';
import { AccessRecords } from './records.ts';
import { verifyAccessRecords } from './verification.ts';

const subgraph = 'elderly-care';
let database: KitDatabase;
let directory: string;

beforeAll(async () => {
  database = await kitDatabase('access_anchors');
  await append(1);
});
afterAll(() => database.drop());
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'access-anchors-'));
  return () => rmSync(directory, { recursive: true, force: true });
});

async function append(number: number): Promise<void> {
  const records = new AccessRecords({ sql: database.sql, keyring, log: () => {} });
  await records.disclose(causeOf(careWorker('li')), [elder(number)]);
  await records.stop();
}

/** Writes an anchor; returns what was logged. */
async function writeAnchor(into = directory): Promise<Record<string, unknown>[]> {
  const logged: Record<string, unknown>[] = [];
  const log = (event: Record<string, unknown>) => logged.push(event);
  const anchors = new AccessAnchors({ sql: database.sql, keyring, subgraph, directory: into, log });
  await anchors.write();
  await anchors.stop();
  return logged;
}

const fileText = () => readFileSync(join(directory, anchorsFile), 'utf8');
const verify = (anchors: Parameters<typeof verifyAccessRecords>[2] = []) =>
  verifyAccessRecords(database.sql, keyring, anchors);

it('writes each end of the chain once, to the log and to the file', async () => {
  const { end } = await verify();
  expect(await writeAnchor()).toEqual([{ event: 'access anchor', subgraph, ...end }]);
  await append(2);
  await writeAnchor();
  const { anchors, badLines } = readAnchors(keyring, subgraph, fileText());
  expect(anchors.map(({ sequence }) => sequence)).toEqual([1, 2]);
  expect(badLines).toEqual([]);
  expect((await verify(anchors)).faults).toEqual([]);
});

it('reports anchors that were forged or changed, and lines that are no anchors', async () => {
  await writeAnchor();
  const { end } = await verify();
  const otherKey = new Keyring(new Map([['development', Buffer.alloc(32, 'x')]]));
  const forged = anchorLine(otherKey, subgraph, end as NonNullable<typeof end>, '2026-01-01T00:00:00Z');
  const changed = fileText()
    .trim()
    .replace(/"sequence":\d+/, '"sequence":19');
  const text = `${fileText()}${forged}\n${changed}\nnot json\n`;
  expect(readAnchors(keyring, subgraph, text)).toEqual({ anchors: [end], badLines: [2, 3, 4] });
});

it('skips the anchors of other subgraphs', async () => {
  await writeAnchor();
  expect(readAnchors(keyring, 'culture', fileText())).toEqual({ anchors: [], badLines: [] });
});

it('logs an anchor that cannot be written', async () => {
  expect(await writeAnchor('/dev/null/nowhere')).toMatchObject([
    { event: 'access anchor not written', subgraph },
    { event: 'access anchor not written', subgraph },
  ]);
});

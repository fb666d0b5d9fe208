// PostgreSQL's files, write-ahead log, server log and dumps contain no personal data in plain text.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subgraph as community } from '@district-graph/community';
import { subgraph as elderlyCare } from '@district-graph/elderly-care';
import { developmentKeyring } from '@district-graph/kit/encryption/keyring';
import { rotateKeys } from '@district-graph/kit/maintenance/key-rotation';
import { startPostgresServer } from '@district-graph/kit/postgres/server';
import { type ImportBench, importBench, rowOf } from '@district-graph/kit/testing/imports';
import { type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, expect, it } from 'vitest';

const dataDir = mkdtempSync(join(tmpdir(), 'district-graph-at-rest-'));
let server: Awaited<ReturnType<typeof startPostgresServer>>;
let bench: ImportBench;
let care: TestSubgraph;
beforeAll(async () => {
  // A separate server, so that the log has no statements of other tests.
  server = await startPostgresServer({ dataDir, durable: false });
  process.env.TEST_POSTGRES_URL = server.databaseUrl('postgres');
  bench = await importBench(elderlyCare);
  const [{ name } = { name: '' }] = await bench.sql<{ name: string }[]>`select current_database() as name`;
  care = await testSubgraph(elderlyCare, new URL(name, process.env.TEST_POSTGRES_URL).href);
});
afterAll(async () => {
  await care.stop();
  await bench.stop();
  await server.stop();
  rmSync(dataDir, { recursive: true });
});

/** Values that occur nowhere else: of a number of this process and time. */
const own = String(Date.now() * 100 + (process.pid % 100)).slice(-9);
const phones = ['1', '2', '3', '4', '5'].map((first) => `0${first}${own}`);
const [elderPhone, contactPhone, workerPhone, importedPhone, changedPhone] = phones as [
  string,
  string,
  string,
  string,
  string,
];
const address = `郑州市金水区南阳路街道 示例路 ${own} 号`;
const numbers = ['410105194912310020', '410105194001010019'];
const secrets = [...numbers, ...phones, address];

/** A dump of every table, the kit's own included. */
async function dump({ sql }: ImportBench): Promise<string> {
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema')`;
  const texts = [];
  for (const { name } of tables) {
    const rows = await sql.unsafe<{ text: string }[]>(`select t::text as text from ${name} t`);
    texts.push(...rows.map(({ text }) => text));
  }
  return texts.join('\n');
}

/** Which of the texts stand in the database's files, in the log of writes and that of the server, and in a dump. */
async function found(texts: readonly string[], searched = bench) {
  await searched.sql`checkpoint`;
  const [{ oid } = { oid: '' }] = await searched.sql<{ oid: string }[]>`
    select oid::text from pg_database where datname = current_database()`;
  const needles = texts.map((text) => [text, Buffer.from(text)] as const);
  const standing = (bytes: Buffer) =>
    needles.filter(([, needle]) => bytes.includes(needle)).map(([text]) => text);
  const inFiles = (...folder: string[]) => {
    const place = join(dataDir, ...folder);
    const files = readdirSync(place, { withFileTypes: true }).filter((file) => file.isFile());
    expect(files.length).toBeGreaterThan(0);
    return [...new Set(files.flatMap(({ name }) => standing(readFileSync(join(place, name)))))];
  };
  return {
    files: inFiles('postgres', 'base', oid),
    log: inFiles('postgres', 'pg_wal'),
    messages: inFiles(),
    dump: standing(Buffer.from(await dump(searched))),
  };
}

const nowhere = { files: [], log: [], messages: [], dump: [] };

it('contains no identifying value in plain text, however it was written, and after keys were rotated', async () => {
  const write = async (kind: string, action: string, input: Record<string, unknown>) => {
    const type = `${action[0]?.toUpperCase()}${action.slice(1)}`;
    const { data, errors } = await care.request(
      `mutation ($input: ${type}Input!) { ${action}(input: $input) { __typename ... on ${kind} { id version phone } } }`,
      { input },
    );
    expect(errors).toBeUndefined();
    return data[action];
  };
  await write('CareWorker', 'registerCareWorker', {
    ...{ divisionCode: '410105', name: '示例服务员', phone: workerPhone, role: 'HOME_CARE' },
    ...{ certified: true, onDuty: true, idempotencyKey: 'worker' },
  });
  const elder = await write('Elder', 'registerElder', {
    ...{ divisionCode: '410105007003', name: '示例老人', idNumber: numbers[0], phone: elderPhone, address },
    ...{ livingArrangement: 'ALONE', idempotencyKey: 'elder' },
    emergencyContacts: [{ name: '示例女儿', relationship: 'CHILD', phone: contactPhone }],
  });
  // The mask is made of the number: it was kept, and opens.
  expect(elder.phone).toBe(`${elderPhone.slice(0, 3)}****${elderPhone.slice(-4)}`);
  await write('Elder', 'updateElder', {
    ...{ elderId: elder.id, version: elder.version, phone: changedPhone, idempotencyKey: 'change' },
  });
  const [definition] = (elderlyCare.imports ?? []).filter(({ name }) => name === 'elderly-care.elder');
  if (!definition) throw new Error('elderly-care imports no elders');
  const file = (phone: string) => [rowOf(definition, { idNumber: numbers[1] as string, phone, address })];
  expect(await bench.run(definition, file(importedPhone))).toMatchObject({ created: 1 });
  expect(await bench.run(definition, file(elderPhone))).toMatchObject({ updated: 1 });
  await rotateKeys(bench.sql, developmentKeyring, elderlyCare, () => () => {});
  expect(await found(secrets)).toEqual(nowhere);
});

it('contains no telephone number of a grid head, and no text about a visit or a problem, in plain text', async () => {
  const ofGrid = await importBench(community);
  const [{ name } = { name: '' }] = await ofGrid.sql<{ name: string }[]>`select current_database() as name`;
  const server = await testSubgraph(community, new URL(name, process.env.TEST_POSTGRES_URL).href);
  const texts = ['6', '7', '8', '9'].map((first) => `0${first}${own}`);
  const [headPhone, note, description, reason] = texts;
  const write = async (kind: string, action: string, input: Record<string, unknown>) => {
    const type = `${action[0]?.toUpperCase()}${action.slice(1)}`;
    const { data, errors } = await server.request(
      `mutation ($input: ${type}Input!) { ${action}(input: $input) { ... on ${kind} { id } } }`,
      { input: { ...input, idempotencyKey: action } },
    );
    expect(errors).toBeUndefined();
    return data[action].id as string;
  };
  const gridId = await write('Grid', 'registerGrid', {
    gridCode: '410105',
    name: '示例',
    households: 1,
    headPhone,
  });
  const visit = { gridId, kind: 'PUBLIC_AREA', workerName: '示例人员', note };
  await write('GridVisit', 'recordGridVisit', visit);
  const location = { longitude: 113.68, latitude: 34.79 };
  const problem = { gridId, kind: 'OTHER', description, location };
  const gridProblemId = await write('GridProblem', 'reportGridProblem', problem);
  await write('GridProblem', 'cancelGridProblem', { gridProblemId, reason });
  await rotateKeys(ofGrid.sql, developmentKeyring, community, () => () => {});
  expect(await found(texts, ofGrid)).toEqual(nowhere);
  await server.stop();
  await ofGrid.stop();
});

it('is searched by a method that finds plain text', async () => {
  const planted = `planted ${own}`;
  await bench.sql`create table planted (text text)`;
  await bench.sql`insert into planted values (${planted})`;
  await expect(bench.sql.unsafe(`select '${planted}'::integer`)).rejects.toThrow();
  expect(await found([planted])).toEqual({
    files: [planted],
    log: [planted],
    messages: [planted],
    dump: [planted],
  });
});

// npm run person and npm run retention as an operator runs them, in every subgraph.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { insertElder } from '@district-graph/elderly-care/made-up';
import type { Database } from '@district-graph/kit/database/database';
import { newId } from '@district-graph/kit/database/ids';
import { Keyring } from '@district-graph/kit/encryption/keyring';
import { emptyDatabase } from '@district-graph/kit/testing/test-subgraph';
import { variablePrefix } from '@district-graph/schema/registry';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from './command-line/run-command.ts';
import { subgraphs } from './subgraphs/all-subgraphs.ts';

const folder = mkdtempSync(join(tmpdir(), 'district-graph-person-'));
const secret = Buffer.alloc(32, 'person');
const keyring = new Keyring(new Map([['one', secret]]));
const community = '410105007003';
const awayUrl = 'postgres://127.0.0.1:1/away';
const drops: (() => Promise<void>)[] = [];
const variables: Record<string, string> = {};
let sql: Database;
let culture: Database;

beforeAll(async () => {
  for (const subgraph of subgraphs) {
    const database = await emptyDatabase(subgraph);
    variables[`${variablePrefix(subgraph.name)}_DATABASE_URL`] = database.url;
    variables[`${variablePrefix(subgraph.name)}_KEYS`] = `one:${secret.toString('base64url')}`;
    if (subgraph.name === 'elderly-care') sql = database.sql;
    if (subgraph.name === 'culture') culture = database.sql;
    drops.push(database.drop);
  }
});
afterAll(async () => {
  for (const drop of drops) await drop();
  rmSync(folder, { recursive: true });
});

const run = (script: string, ...args: string[]) => runWith({}, script, ...args);
const runWith = (changed: Record<string, string>, script: string, ...args: string[]) =>
  runCommand(script, args, { ...variables, ...changed, DATA_DIR: join(folder, 'data') }, folder);

async function closedElder(closedOn: string): Promise<string> {
  const id = newId(community);
  await insertElder(sql, { id, divisionCode: community, name: '示例甲', phone: '13700000001' }, keyring);
  await sql`update elder set status = 'CLOSED', close_reason = 'MOVED_AWAY', closed_on = ${closedOn}::text::date
    where id = ${id}`;
  return id;
}

/** Inserts a booking that was made with a name and a telephone only. */
async function bookedByName(name: string, phone: string): Promise<string> {
  const [id, sessionId, activityId] = [newId(community), newId(community), newId(community)];
  const named = subgraphs
    .flatMap(({ personalData }) => personalData.tables)
    .find(({ named }) => named)?.named;
  const [personKey] = named?.keysOf(keyring, { name, phone }) ?? [];
  await culture`insert into activity (id, division_code, title, category, audience, organiser)
    values (${activityId}, ${community}, '示例', 'LECTURE', 'ELDERLY', '示例')`;
  await culture`insert into session (id, division_code, activity_id, category, audience, place, starts_at, ends_at, status,
      capacity, longitude, latitude)
    values (${sessionId}, ${community}, ${activityId}, 'LECTURE', 'ELDERLY', '示例', '2099-01-01T09:00:00+08:00',
      '2099-01-01T10:00:00+08:00', 'SCHEDULED', 10, 113.6, 34.8)`;
  await culture`insert into booking (id, division_code, session_id, person_key, status, seats, booked_at)
    values (${id}, ${community}, ${sessionId}, ${personKey ?? null}, 'CONFIRMED', 1, now())`;
  return id;
}

it('writes a copy that only its owner can read, overwrites no file, and records the operator', async () => {
  const elderId = await closedElder('2026-01-01');
  const file = join(folder, `person-${elderId}.json`);
  expect(await run('person', 'export', elderId)).toMatchObject({ code: 0, output: '' });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const copy = JSON.parse(readFileSync(file, 'utf8'));
  expect(copy).toMatchObject({
    elderId,
    subgraphs: { 'elderly-care': { tables: { elder: [{ name: '示例甲', phone: '13700000001' }] } } },
  });
  const records = async () => [
    ...(await sql`select viewer, purpose from access_record where subject_id = ${elderId}`),
  ];
  expect(await records()).toEqual([
    { viewer: expect.stringMatching(/^operator /), purpose: 'DATA_SUBJECT_REQUEST' },
  ]);
  const before = readFileSync(file, 'utf8');
  const again = await run('person', 'export', elderId);
  expect([again.code, again.errorOutput.includes(`person-${elderId}.json 已存在`)]).toEqual([1, true]);
  expect(readFileSync(file, 'utf8')).toBe(before);
  expect(await records()).toHaveLength(1);
});

it('erases, reports the outcome for each table, and finds nothing to erase the second time', async () => {
  const elderId = await closedElder('2026-01-01');
  const kept = await run('person', 'erase', elderId, '--anonymise');
  expect(kept.output).toMatch(/^elderly-care elder: 匿名化 anonymised 1$/m);
  expect(kept.output).toContain('access_record: 依法保留');
  const gone = await run('person', 'erase', elderId);
  expect(gone.output).toMatch(/^elderly-care elder: 删除 deleted 1$/m);
  const again = await run('person', 'erase', elderId);
  expect(again.output).not.toContain('elderly-care');
  expect(again.output).toContain(`${elderId}：没有可删除的数据 no data that could be erased`);
});

it('erases the elder’s record last: after an outage of a subgraph, the next run still finds their bookings by name', async () => {
  const elderId = await closedElder('2026-01-01');
  const bookingId = await bookedByName('示例甲', '13700000001');
  const away = await runWith({ CULTURE_DATABASE_URL: awayUrl }, 'person', 'erase', elderId);
  expect([away.code, away.errorOutput]).toEqual([1, expect.stringContaining('culture: ')]);
  expect(away.errorOutput).not.toMatch(/示例甲|13700000001/);
  const back = await run('person', 'erase', elderId);
  expect(back.output).toMatch(/^culture booking: 匿名化 anonymised 1$/m);
  expect(back.output).toMatch(/^elderly-care elder: 删除 deleted 1$/m);
  expect((await culture`select from booking where id = ${bookingId} and status = 'CANCELLED'`).count).toBe(1);
});

it('rejects an invalid id, an unknown elder and an elder still in care, and writes no file', async () => {
  for (const args of [[], ['export'], ['forget', newId(community)], ['export', 'a', 'b']])
    expect((await run('person', ...args)).errorOutput).toContain('用法 usage');
  expect((await run('person', 'erase', 'x')).errorOutput).toContain('is not the id of an elder');
  const nobody = newId(community);
  expect((await run('person', 'export', nobody)).errorOutput).toContain('No data are stored');
  expect(existsSync(join(folder, `person-${nobody}.json`))).toBe(false);
  const id = newId(community);
  await insertElder(sql, { id, divisionCode: community }, keyring);
  const refused = await run('person', 'erase', id);
  expect([refused.code, refused.errorOutput]).toEqual([1, expect.stringContaining('elderly-care: ')]);
  expect(refused.errorOutput).toContain('closeElder');
});

it('deletes data after their retention period, and lists the periods', async () => {
  await closedElder('2020-01-01');
  expect(await run('retention')).toMatchObject({ code: 0, output: 'elderly-care elder: 1\n' });
  expect(await run('retention')).toMatchObject({ code: 0, output: expect.stringContaining('Nothing') });
  const { output } = await run('retention', '--list');
  for (const { name, personalData } of subgraphs)
    for (const { table } of personalData.tables) expect(output).toContain(`${name} ${table}\n`);
  expect(output).toContain('* access_record');
});

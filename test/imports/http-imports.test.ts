// Imports over HTTP, from the gateway to a real subgraph: uploads in chunks, previews, mappings, runs, rejects, and what is refused.
import { randomUUID } from 'node:crypto';
import { type Bearer, headersOf } from '@district-graph/kit/testing/identity';
import { maxChunkBytes } from '@district-graph/kit/upload/upload-request';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestGraph, type TestGraph } from '../testkit/test-graph.ts';
import { type SheetCell, workbook } from './workbook.ts';

const name = 'community.volunteer-team';
const clerk: Bearer = {
  sub: 'clerk',
  bureau: 'community-bureau',
  roles: ['community-worker'],
  divisions: ['410105'],
};
const header = ['队伍编号', '区划代码', '名称', '类型', '成立日期'];
const team = (key: string, more: Partial<Record<number, SheetCell>> = {}): SheetCell[] =>
  [key, '410105001003', '示例队', '青年志愿服务队', '2024年5月1日'].map((cell, index) => more[index] ?? cell);
const fileOf = (...rows: SheetCell[][]) =>
  workbook([{ name: '名册', rows: [['志愿服务队名册'], header, ...rows] }]);

let graph: TestGraph;
beforeAll(async () => {
  graph = await startTestGraph({ databases: 'empty', only: ['community'] });
});
afterAll(() => graph.stop());

interface Sent {
  bearer?: Bearer | null;
  body?: Buffer | object;
  url?: string;
}

async function send(method: string, path: string, { bearer = clerk, body, url = graph.url }: Sent = {}) {
  const isBytes = Buffer.isBuffer(body);
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(bearer ? await headersOf(bearer) : {}),
      'content-type': isBytes ? 'application/octet-stream' : 'application/json',
    },
    ...(body === undefined ? {} : { body: isBytes ? new Uint8Array(body) : JSON.stringify(body) }),
  });
  const text = await response.text();
  // biome-ignore lint/suspicious/noExplicitAny: the test states what it expects of the answer.
  const json: any = /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : null;
  return { status: response.status, json, headers: response.headers, text };
}

const create = (bytes: number, more: Record<string, unknown> = {}, sent: Sent = {}) =>
  send('POST', `/imports/${name}`, {
    ...sent,
    body: { idempotencyKey: randomUUID(), fileName: '名册.xlsx', bytes, ...more },
  });

/** Uploads a file in one chunk and returns its path. */
async function uploaded(file: Buffer, sent: Sent = {}, fileName = '名册.xlsx'): Promise<string> {
  const { json } = await create(file.length, { fileName }, sent);
  const path = `/imports/${name}/${json.id}`;
  const { json: after } = await send('PUT', `${path}/file?offset=0`, { ...sent, body: file });
  expect(after.state).toBe('UPLOADED');
  return path;
}

/** Starts a run and waits until it has ended. */
async function run(path: string, options: object, sent: Sent = {}) {
  const started = await send('POST', `${path}/runs`, { ...sent, body: options });
  expect(started.status).toBe(202);
  return ended(path, sent);
}

async function ended(path: string, sent: Sent = {}) {
  for (;;) {
    const { json } = await send('GET', path, sent);
    if (json.state !== 'RUNNING') return json;
  }
}

const community = () => {
  const { community: subgraph } = graph.subgraphs;
  if (!subgraph) throw new Error('community is not running');
  return subgraph;
};
const teams = () =>
  community().sql`select registration_key as key, founded_on as on from volunteer_team order by 1`;

beforeEach(async () => {
  await community().sql`truncate volunteer_team cascade`;
});

describe('an import over HTTP', () => {
  it('is listed with its columns for viewers that may use it, with the subgraphs that do not answer', async () => {
    const { json } = await send('GET', '/imports');
    expect(json.imports.map((each: { name: string }) => each.name)).toEqual(
      expect.arrayContaining([name, 'community.council']),
    );
    expect(json.imports.map((each: { name: string }) => each.name)).not.toContain('community.grid');
    expect(json.unavailable).toContain('places');
    expect(json.limits.chunkBytes).toBe(maxChunkBytes);
    const [kind] = json.imports
      .find((each: { name: string }) => each.name === name)
      .columns.filter((column: { name: string }) => column.name === 'kind');
    expect(kind.values).toContainEqual({ value: 'YOUTH', zh: '青年志愿服务队' });
  });

  it('is previewed, tried and run, and its rejected rows are downloaded as a workbook', async () => {
    const file = await fileOf(team('ZY-1'), team('ZY-2', { 4: '1/2/2024' }), ['合计', '', '2 支']);
    const path = await uploaded(file);
    const { json: preview } = await send('GET', `${path}/preview`);
    expect(preview).toMatchObject({ form: 'xlsx', sheet: '名册', headerLine: 2, missing: [], duplicate: [] });
    expect(preview.columns.map(({ column }: { column: string }) => column)).toEqual([
      ...['registrationKey', 'divisionCode', 'name', 'kind', 'foundedOn'],
    ]);
    expect(preview.rows[0]).toEqual({ line: 3, cells: team('ZY-1') });

    const refused = await run(path, { dryRun: false });
    expect(refused).toMatchObject({ state: 'REFUSED', result: { rows: 2, rejected: 1, created: 0 } });
    expect(refused.result.faults[0]).toMatchObject({ line: 4, column: 'foundedOn', value: '1/2/2024' });
    const tried = await run(path, { dryRun: true, skipBad: true });
    expect(tried).toMatchObject({ state: 'CHECKED', result: { created: 1, rejected: 1, hasRejects: false } });
    expect(await teams()).toEqual([]);

    const imported = await run(path, { dryRun: false, skipBad: true });
    expect(imported).toMatchObject({
      state: 'IMPORTED',
      result: { created: 1, rejected: 1, hasRejects: true },
    });
    expect(imported.result.notes.map(({ zh }: { zh: string }) => zh)).toContain('略过 1 行合计行（第 5 行）');
    expect(await teams()).toEqual([{ key: 'ZY-1', on: '2024-05-01' }]);
    const rejects = await send('GET', `${path}/rejects`);
    expect(rejects.headers.get('content-disposition')).toContain(encodeURIComponent('名册-有误.xlsx'));
    expect(rejects.text.slice(0, 2)).toBe('PK');
    const [event] = await community()
      .sql`select caller, action from change_event order by sequence desc limit 1`;
    expect(event).toEqual({ caller: 'clerk', action: 'importVolunteerTeam' });
  });

  it('is on the access record: who ran which import, when, and who took its rejected rows', async () => {
    const path = await uploaded(await fileOf(team('ZY-1'), team('ZY-2', { 3: '无' })));
    await run(path, { dryRun: false, skipBad: true });
    await send('GET', `${path}/rejects`);
    const records = await community().sql`
      select viewer, bureau, outcome, fields from access_record where subject_type = 'Import' and subject_id = ${path.split('/')[3] ?? ''}
      order by sequence`;
    const known = { viewer: 'clerk', bureau: 'community-bureau', outcome: 'GIVEN' };
    expect(records).toEqual([
      { ...known, fields: [name, 'run'] },
      { ...known, fields: [name, 'rejects'] },
    ]);
  });

  it('continues an interrupted upload where it ended, and takes a chunk twice without harm', async () => {
    const file = await fileOf(team('ZY-1'));
    const half = Math.floor(file.length / 2);
    const key = { idempotencyKey: 'upload-0001' };
    const { json, status } = await create(file.length, key);
    expect([status, json.received]).toEqual([201, 0]);
    const path = `/imports/${name}/${json.id}`;
    const put = (offset: number, body: Buffer) => send('PUT', `${path}/file?offset=${offset}`, { body });
    expect((await put(0, file.subarray(0, half))).json.received).toBe(half);
    const again = await put(0, file.subarray(0, half));
    expect([again.status, again.json.received]).toEqual([200, half]);
    const beyond = await put(half + 5, file.subarray(half + 5));
    expect([beyond.status, beyond.json.errors[0].extensions.received]).toEqual([409, half]);
    const resumed = await create(file.length, key);
    expect([resumed.status, resumed.json]).toEqual([
      200,
      expect.objectContaining({ id: json.id, received: half }),
    ]);
    expect((await send('POST', `${path}/runs`, { body: {} })).status).toBe(409);
    expect((await put(half, file.subarray(half))).json.state).toBe('UPLOADED');
    expect((await create(file.length + 1, key)).json.errors[0].extensions.code).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
    expect(await run(path, { dryRun: false })).toMatchObject({ state: 'IMPORTED', result: { created: 1 } });
    // A repeated start is answered with the result of the first.
    const repeated = await send('POST', `${path}/runs`, { body: { dryRun: false } });
    expect(repeated.json).toMatchObject({ state: 'IMPORTED', result: { created: 1 } });
    expect(await teams()).toHaveLength(1);
  });

  it('runs one of two imports of a viewer that are started at once', async () => {
    const rows = Array.from({ length: 3000 }, (_row, nth) => team(`ZY-${nth}`));
    const paths = [await uploaded(await fileOf(...rows)), await uploaded(await fileOf(...rows))];
    const started = await Promise.all(
      paths.map((path) => send('POST', `${path}/runs`, { body: { dryRun: false } })),
    );
    expect(started.map(({ status }) => status).sort()).toEqual([202, 429]);
    await Promise.all(paths.map((path) => ended(path)));
    expect(await teams()).toHaveLength(3000);
    const waiting = paths[started.findIndex(({ status }) => status === 429)] ?? '';
    expect(await run(waiting, { dryRun: false })).toMatchObject({ result: { created: 0, unchanged: 3000 } });
  });

  it('cancels a run, which writes nothing and can be started again', async () => {
    const rows = Array.from({ length: 20_000 }, (_row, nth) => team(`ZY-${nth}`));
    const path = await uploaded(await fileOf(...rows));
    await send('POST', `${path}/runs`, { body: { dryRun: false } });
    expect(await send('DELETE', `${path}/runs`)).toMatchObject({
      status: 200,
      json: { state: 'UPLOADED', message: expect.stringContaining('Cancelled'), result: null },
    });
    expect(await teams()).toEqual([]);
    expect(await run(path, { dryRun: true })).toMatchObject({ result: { created: 20_000 } });
  });

  it('maps columns as chosen, and remembers that for the bureau', async () => {
    const rows = [
      ['编号', '代码', '名称', '类型', '成立日期', '序号'],
      [...team('ZY-1'), 1],
    ];
    const path = await uploaded(await workbook([{ name: '一', rows }]));
    const unmapped = await send('GET', `${path}/preview`);
    expect(unmapped.json.missing).toEqual(['registrationKey', 'divisionCode']);
    const mapping = { 编号: 'registrationKey', 代码: 'divisionCode', 序号: null };
    expect(await run(path, { dryRun: false, mapping })).toMatchObject({
      state: 'IMPORTED',
      result: { created: 1, ignoredColumns: ['序号'] },
    });
    const colleague = { ...clerk, sub: 'colleague' };
    const next = await uploaded(await workbook([{ name: '一', rows }]), { bearer: colleague });
    const { json: known } = await send('GET', `${next}/preview`, { bearer: colleague });
    expect(known.missing).toEqual([]);
    expect(known.columns.map((each: { isRemembered: boolean }) => each.isRemembered)).toEqual([
      ...[true, true, false, false, false, true],
    ]);
    const stranger = { ...clerk, sub: 'stranger', bureau: 'other-bureau' };
    const other = await uploaded(await workbook([{ name: '一', rows }]), { bearer: stranger });
    expect((await send('GET', `${other}/preview`, { bearer: stranger })).json.missing).toHaveLength(2);
  });

  it('refuses a file that cannot be read, with the reason', async () => {
    const path = await uploaded(Buffer.from('<html><table></table></html>'), {}, '名册.xls');
    const { status, json } = await send('GET', `${path}/preview`);
    expect([status, json.errors[0].message]).toEqual([
      400,
      expect.stringContaining('The file is a web page'),
    ]);
    expect(await run(path, {})).toMatchObject({ state: 'REFUSED', message: expect.stringContaining('网页') });
    expect((await send('DELETE', path)).status).toBe(204);
    expect((await send('GET', path)).status).toBe(404);
  });
});

describe('an import over HTTP is refused', () => {
  it('for rows and records in other divisions than the viewer’s, without disclosing the records', async () => {
    const path = await uploaded(await fileOf(team('ZY-1')));
    await run(path, { dryRun: false });
    const elsewhere = { ...clerk, sub: 'elsewhere', divisions: ['410102'] };
    const file = await fileOf(team('ZY-1', { 1: '410102001002', 2: '改名' }), team('ZY-2'));
    const other = await uploaded(file, { bearer: elsewhere });
    const refused = await run(other, { dryRun: false }, { bearer: elsewhere });
    expect(refused.result.faults.map(({ line, en }: { line: number; en: string }) => [line, en])).toEqual([
      [3, 'the record is registered in a division that you may not write in'],
      [4, 'the division is not one that you may write in'],
    ]);
    expect(JSON.stringify(refused)).not.toMatch(/410105001003.*410105001003/);
    expect(await teams()).toEqual([{ key: 'ZY-1', on: '2024-05-01' }]);
  });

  it.each([
    ['without a token', null, 401],
    ['of a viewer without the scope', { ...clerk, roles: ['resident'] } as Bearer, 403],
    ['of a viewer without divisions', { ...clerk, divisions: [] } as Bearer, 403],
    ['with an expired token', { ...clerk, lifeSeconds: -120 } as Bearer, 401],
  ])('if it is sent %s, at the gateway and at the subgraph', async (_what, bearer, status) => {
    expect((await create(10, {}, { bearer })).status).toBe(status);
    // The list is empty for viewers without the right, and rejected for those who are not signed in.
    expect((await send('GET', '/imports', { bearer })).status).toBe(status === 401 ? 401 : 200);
    const url = community().url.replace('/graphql', '');
    expect((await create(10, {}, { bearer, url })).status).toBe(status);
  });

  it('for uploads of other viewers, even of the same bureau', async () => {
    const path = await uploaded(await fileOf(team('ZY-1')));
    const bearer = { ...clerk, sub: 'colleague' };
    for (const [method, action] of [
      ['GET', ''],
      ['GET', '/preview'],
      ['POST', '/runs'],
      ['GET', '/rejects'],
      ['DELETE', ''],
    ] as const)
      expect(
        (await send(method, `${path}${action}`, { bearer, ...(method === 'POST' ? { body: {} } : {}) }))
          .status,
      ).toBe(404);
  });

  it.each([
    [
      'a chunk that is too large',
      413,
      () => send('PUT', `/imports/${name}/x/file?offset=0`, { body: Buffer.alloc(maxChunkBytes + 1) }),
    ],
    ['a file that is too large', 400, () => create(100_000_000)],
    ['an unknown import', 404, () => send('POST', '/imports/community.unknown', { body: {} })],
    ['an import of a subgraph that does not exist', 404, () => send('GET', '/imports/nowhere.thing')],
    [
      'an import of a subgraph that does not answer',
      503,
      () => send('POST', '/imports/places.service-point', { body: {} }),
    ],
    ['an id that is a path', 404, () => send('GET', `/imports/${name}/..%2F..%2Fsecret`)],
    ['a body that is not JSON', 400, () => send('POST', `/imports/${name}`, { body: Buffer.from('{') })],
  ])('for %s', async (_what, status, ask) => {
    expect((await ask()).status).toBe(status);
  });
});

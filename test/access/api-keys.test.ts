// A partner bureau with an API key: at the gateway, at a subgraph that the bureau composes itself, and after its key is revoked.
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subgraph as elderlyCare } from '@district-graph/elderly-care';
import { insertElder } from '@district-graph/elderly-care/made-up';
import { readConfig } from '@district-graph/gateway/config/gateway-config';
import { type RunningGateway, startGateway } from '@district-graph/gateway/server';
import type { Database } from '@district-graph/kit/database/database';
import { newId } from '@district-graph/kit/database/ids';
import { type ApiKeyRecord, apiKeysText, newApiKey } from '@district-graph/kit/identity/api-key';
import { type RunningSubgraph, startSubgraph } from '@district-graph/kit/subgraph';
import { testIdentity, trusted } from '@district-graph/kit/testing/identity';
import { type Answer, emptyDatabase } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'partners-'));
const file = join(folder, 'api-keys.json');
const identity = { ...testIdentity, apiKeys: { source: file, lookMs: 10 } };
const log = () => {};

let sql: Database;
let drop: () => Promise<void>;
/** Two replicas of the subgraph, and of the gateway. */
let subgraphs: RunningSubgraph[];
let gateways: RunningGateway[];
let elderId: string;
let elsewhereId: string;

function write(records: readonly ApiKeyRecord[]): void {
  writeFileSync(`${file}.next`, apiKeysText(records));
  renameSync(`${file}.next`, file);
}

function newKey(changes: Partial<ApiKeyRecord> = {}) {
  const { id, hash, key } = newApiKey();
  const record: ApiKeyRecord = {
    id,
    hash,
    bureau: '卫健委',
    scopes: ['elder:read', 'elder:identify', 'visit:read'],
    divisions: ['410105'],
    purposes: ['CARE'],
    createdAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    revokedAt: null,
    rate: null,
    ...changes,
  };
  return { record, headers: { authorization: `ApiKey ${key}` } };
}

const partner = newKey();
const slowPartner = newKey({ rate: { ratePerSecond: 0.0001, burst: 3 } });

async function request(url: string, query: string, headers: Record<string, string>, variables = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, ...((await response.json()) as Answer) };
}

/** Inserts a synthetic elder of the division. */
async function register(divisionCode: string): Promise<string> {
  const { id } = await insertElder(sql, { id: newId(divisionCode), divisionCode, name: '张建国' });
  return id;
}

beforeAll(async () => {
  write([partner.record, slowPartner.record]);
  const database = await emptyDatabase(elderlyCare);
  ({ sql, drop } = database);
  subgraphs = await Promise.all(
    [0, 1].map(() => startSubgraph(elderlyCare, { databaseUrl: database.url, port: 0, identity, log })),
  );
  gateways = await Promise.all(
    subgraphs.map(({ url }) =>
      startGateway({ ...readConfig({ ELDERLY_CARE_URL: url }), identity, port: 0 }, log),
    ),
  );
  elderId = await register('410105007003');
  elsewhereId = await register('410102001001');
});
afterAll(async () => {
  for (const gateway of gateways) await gateway.stop();
  for (const subgraph of subgraphs) await subgraph.stop();
  await drop();
  rmSync(folder, { recursive: true });
});

const entities = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Elder { id name birthDate } } }`;
const representations = () => [elderId, elsewhereId].map((id) => ({ __typename: 'Elder', id }));

it('can query a subgraph directly: entities of its divisions are returned masked', async () => {
  const [subgraph] = subgraphs;
  const { data } = await request(subgraph?.url ?? '', entities, partner.headers, {
    representations: representations(),
  });
  expect(data._entities[0]).toMatchObject({ id: elderId, name: '张**' });
  expect(data._entities[1]?.name ?? null).toBeNull();
});

it('sees unmasked values for an agreed purpose, recorded with its key and bureau', async () => {
  const url = subgraphs[1]?.url ?? '';
  const requestFor = (purpose: string) =>
    request(
      url,
      entities,
      { ...partner.headers, 'x-purpose': purpose },
      { representations: representations() },
    );
  const { data } = await requestFor('CARE');
  expect(data._entities[0]).toMatchObject({ id: elderId, name: '张建国' });
  expect(data._entities[1]?.name ?? null).toBeNull();
  const { status, errors } = await requestFor('EMERGENCY');
  expect([status, errors?.[0]?.extensions.code]).toEqual([403, 'FORBIDDEN']);
  const records = await sql<Record<string, string>[]>`
    select viewer, bureau, purpose, subject_id from access_record where outcome = 'GIVEN'`;
  expect([...records]).toEqual([
    { viewer: partner.record.id, bureau: '卫健委', purpose: 'CARE', subjectId: elderId },
  ]);
});

it('can query the gateway, and is refused what was not agreed', async () => {
  const url = `${gateways[0]?.url}/graphql`;
  const headers = { ...partner.headers, 'x-purpose': 'CARE' };
  const { data } = await request(url, 'query ($id: ID!) { elder(id: $id) { id name } }', headers, {
    id: elderId,
  });
  expect(data.elder).toEqual({ id: elderId, name: '张建国' });
  const closing = await request(
    url,
    'mutation ($id: ID!) { closeElder(input: { id: $id, reason: MOVED_AWAY, version: 1 }) { __typename } }',
    headers,
    { id: elderId },
  );
  expect(closing.errors?.[0]?.extensions.code).toMatch(/FORBIDDEN|GRAPHQL_VALIDATION_FAILED/);
});

it('is limited to the agreed rate', async () => {
  const url = `${gateways[0]?.url}/graphql`;
  const statuses = [];
  // Another viewer has it planned first: expensive planning counts as several operations, compiling a plan as a fraction of one, so that
  // the third request may be the first too many.
  await request(url, '{ __typename }', partner.headers);
  for (let index = 0; index < 4; index += 1)
    statuses.push((await request(url, '{ __typename }', slowPartner.headers)).status);
  expect(statuses).toEqual([200, 200, expect.any(Number), 429]);
  expect((await request(url, '{ __typename }', partner.headers)).status).toBe(200);
});

it('is rejected by every replica once its key is revoked, on open streams too; other keys are not', async () => {
  const other = newKey();
  const everywhere = [...subgraphs.map(({ url }) => url), ...gateways.map(({ url }) => `${url}/graphql`)];
  const statusesOf = (headers: Record<string, string>) =>
    Promise.all(everywhere.map(async (url) => (await request(url, '{ __typename }', headers)).status));
  expect(await statusesOf(partner.headers)).toEqual([200, 200, 200, 200]);
  const stream = await fetch(`${gateways[1]?.url}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...partner.headers },
    body: JSON.stringify({ query: 'subscription { careVisitChanged(within: "410105") { id } }' }),
  });
  const reader = (stream.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  // The first message confirms the subscription.
  let received = (await reader.read()).value ?? '';
  write([{ ...partner.record, revokedAt: new Date().toISOString() }, other.record]);
  await vi.waitFor(
    async () => {
      expect(await statusesOf(partner.headers)).toEqual([401, 401, 401, 401]);
      expect(await statusesOf(other.headers)).toEqual([200, 200, 200, 200]);
    },
    { timeout: 20_000, interval: 20 },
  );
  const { errors } = await request(everywhere[2] ?? '', '{ __typename }', partner.headers);
  expect(errors?.[0]?.message).toMatch(/已被撤销.*was revoked\. Ask/);
  const input = { elderId, kind: 'MEAL', scheduledAt: '2099-01-01T09:00:00+08:00' };
  const registration =
    'mutation ($input: RequestCareVisitInput!) { requestCareVisit(input: $input) { ... on CareVisit { id } } }';
  const { data } = await request(everywhere[0] ?? '', registration, trusted, { input });
  while (!received.includes('UNAUTHENTICATED')) received += (await reader.read()).value ?? '';
  expect(received).not.toContain(data.requestCareVisit.id);
  await reader.cancel();
});

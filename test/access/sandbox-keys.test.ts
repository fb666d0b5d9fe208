// A partner without an agreement, with a sandbox key: at the gateway and at a subgraph, over synthetic data and over real ones.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subgraph as elderlyCare } from '@district-graph/elderly-care';
import { insertElder } from '@district-graph/elderly-care/made-up';
import { readConfig } from '@district-graph/gateway/config/gateway-config';
import { type RunningGateway, startGateway } from '@district-graph/gateway/server';
import type { Database } from '@district-graph/kit/database/database';
import { newId } from '@district-graph/kit/database/ids';
import { apiKeysText, newApiKey } from '@district-graph/kit/identity/api-key';
import { type RunningSubgraph, startSubgraph } from '@district-graph/kit/subgraph';
import { testIdentity } from '@district-graph/kit/testing/identity';
import { type Answer, emptyDatabase } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'sandbox-keys-'));
const log = () => {};

interface Running {
  subgraph: RunningSubgraph;
  gateway: RunningGateway;
}

let sql: Database;
let drop: () => Promise<void>;
let synthetic: Running;
let real: Running;
let elderId: string;
/** A key of a test of its own, so that none uses up the rate of another. */
let key: { id: string; headers: Record<string, string> };

/** A key with the scopes of an agreed one, as it could be written into the file by hand. */
const keys = Array.from({ length: 12 }, () => newApiKey('sandbox'));

async function start(databaseUrl: string, source: string, grantsSandboxScopes: boolean): Promise<Running> {
  const identity = { ...testIdentity, apiKeys: { source }, grantsSandboxScopes };
  const subgraph = await startSubgraph(elderlyCare, { databaseUrl, port: 0, identity, log });
  const config = { ...readConfig({ ELDERLY_CARE_URL: subgraph.url }), identity, port: 0 };
  return { subgraph, gateway: await startGateway(config, log) };
}

beforeAll(async () => {
  const source = join(folder, 'api-keys.json');
  const terms = {
    bureau: '区残联',
    scopes: ['elder:read', 'elder:identify'],
    divisions: ['410100'],
    purposes: ['CARE'],
    createdAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    revokedAt: null,
    rate: null,
  };
  writeFileSync(source, apiKeysText(keys.map(({ id, hash }) => ({ id, hash, ...terms }))));
  const database = await emptyDatabase(elderlyCare);
  ({ sql, drop } = database);
  synthetic = await start(database.url, source, true);
  real = await start(database.url, source, false);
  const divisionCode = '410105007003';
  elderId = (await insertElder(sql, { id: newId(divisionCode), divisionCode, name: '张建国' })).id;
});
afterAll(async () => {
  for (const { subgraph, gateway } of [synthetic, real]) {
    await gateway.stop();
    await subgraph.stop();
  }
  await drop();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  const next = keys.pop();
  if (!next) throw new Error('more tests than keys');
  key = { id: next.id, headers: { authorization: `ApiKey ${next.key}` } };
});

async function request(url: string, query: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...key.headers, ...headers },
    body: JSON.stringify({ query, variables: { id: elderId } }),
  });
  return { status: response.status, ...((await response.json()) as Answer) };
}

const elder = 'query ReadElder($id: ID!) { elder(id: $id) { name } }';
const addressesOf = ({ subgraph, gateway }: Running) => [subgraph.url, `${gateway.url}/graphql`];
const recordsOf = (viewer: string) => sql<{ outcome: string; bureau: string; subjectType: string }[]>`
  select outcome, bureau, subject_type from access_record where viewer = ${viewer} order by sequence`;

describe('where all data are synthetic', () => {
  it('sees what it asked for, at the gateway and at the subgraph, recorded under the id of a sandbox key', async () => {
    for (const url of addressesOf(synthetic)) {
      expect((await request(url, elder)).data.elder).toEqual({ name: '张**' });
      expect((await request(url, elder, { 'x-purpose': 'CARE' })).data.elder).toEqual({ name: '张建国' });
    }
    expect(key.id).toMatch(/^sandbox_/);
    const given = { outcome: 'GIVEN', bureau: '区残联', subjectType: 'Elder' };
    expect([...(await recordsOf(key.id))]).toEqual([given, given]);
  });
});

describe('where data are real', () => {
  it('is refused persons, masked or not, at the gateway and at the subgraph, which is recorded', async () => {
    for (const url of addressesOf(real)) {
      const { data, errors } = await request(url, elder);
      expect(JSON.stringify(data ?? null)).not.toContain('张');
      expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
    await real.subgraph.recorded();
    const outcomes = (await recordsOf(key.id)).map(({ outcome }) => outcome);
    expect(new Set(outcomes)).toEqual(new Set(['REFUSED']));
  });

  it('cannot declare a purpose', async () => {
    for (const url of addressesOf(real)) {
      const { status, errors } = await request(url, elder, { 'x-purpose': 'CARE' });
      expect([status, errors?.[0]?.extensions.code]).toEqual([403, 'FORBIDDEN']);
    }
  });

  it('gets public data, and the SDL to compose', async () => {
    for (const url of addressesOf(real)) {
      const { data, errors } = await request(url, '{ careInstitutions(within: "410105") { totalCount } }');
      expect(errors).toBeUndefined();
      expect(data.careInstitutions.totalCount).toBe(0);
    }
    const { data } = await request(real.subgraph.url, '{ _service { sdl } }');
    expect(data._service.sdl).toContain('type Elder');
  });
});

it('is slow at the gateway and at the subgraph', async () => {
  for (const url of addressesOf(synthetic)) {
    const answers = await Promise.all(Array.from({ length: 60 }, () => request(url, '{ __typename }')));
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThan(0);
    expect(limited[0]?.errors?.[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED', limit: 5 });
  }
});

// The first start of several processes at once: one of them generates the keys, and all use them.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { migrateDatabase } from '@district-graph/kit/database/migrations';
import { startPostgresServer } from '@district-graph/kit/postgres/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../command-line/run-command.ts';
import { openSubgraphKeys } from '../credentials/subgraph-keys.ts';
import { openDatabases, reachDatabase } from './subgraph-databases.ts';

const folder = mkdtempSync(join(tmpdir(), 'district-graph-first-start-'));
afterAll(() => rmSync(folder, { recursive: true }));

const here = (file: string) => new URL(file, import.meta.url).href;
/** Reads directories from its input, and creates in each what a first start creates beside the database. */
const program = `
  import { readFileSync } from 'node:fs';
  import { createInterface } from 'node:readline';
  import { apiKeySettings } from '${here('../credentials/api-key-file.ts')}';
  import { issueToken, openDevelopmentIssuer } from '${here('../credentials/development-issuer.ts')}';
  import { openSubgraphKeys } from '${here('../credentials/subgraph-keys.ts')}';
  console.log('ready');
  for await (const DATA_DIR of createInterface({ input: process.stdin })) {
    const env = { DATA_DIR };
    const keys = await openSubgraphKeys(DATA_DIR, env);
    const { TOKEN_JWKS } = await openDevelopmentIssuer(env);
    const { API_KEYS } = await apiKeySettings(env);
    const token = await issueToken({ subject: 's', roles: [], divisions: [], scopes: [], hours: 1 }, env);
    const [header] = token.split('.');
    console.log(JSON.stringify([keys, readFileSync(TOKEN_JWKS, 'utf8'), readFileSync(API_KEYS, 'utf8'), header]));
  }`;

describe('processes that start at once', () => {
  const rounds = 12;
  let starts: { child: ChildProcess; lines: AsyncIterator<string> }[];
  beforeAll(async () => {
    starts = [1, 2, 3].map(() => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
    });
    for (const { lines } of starts) expect((await lines.next()).value).toBe('ready');
  });
  afterAll(() => {
    for (const { child } of starts) child.stdin?.end();
  });

  it('get the same keys, issuer and API keys, in complete files that only their owner can read', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const dataDir = join(folder, String(round));
      for (const { child } of starts) child.stdin?.write(`${dataDir}\n`);
      const made = await Promise.all(starts.map(async ({ lines }) => (await lines.next()).value));
      expect(new Set(made).size).toBe(1);
      const [keys, jwks, , header] = JSON.parse(made[0] ?? '');
      expect(JSON.parse(readFileSync(join(dataDir, 'keys.json'), 'utf8'))).toEqual(keys);
      const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString());
      expect(JSON.parse(jwks).keys).toMatchObject([{ kid }]);
      expect(statSync(join(dataDir, 'keys.json')).mode & 0o777).toBe(0o600);
      expect(readdirSync(dataDir).toSorted()).toEqual(['api-keys.json', 'development-issuer', 'keys.json']);
      expect(readdirSync(join(dataDir, 'development-issuer')).toSorted()).toEqual([
        'jwks.json',
        'private.json',
      ]);
    }
  });
});

it('a start in a directory that another process uses creates nothing', async () => {
  const dataDir = join(folder, 'taken');
  const server = await startPostgresServer({ dataDir, port: 21_432, durable: false });
  try {
    await expect(openDatabases({ DATA_DIR: dataDir })).rejects.toThrow(/in use by another process/);
    expect(existsSync(join(dataDir, 'keys.json'))).toBe(false);
  } finally {
    await server.stop();
  }
});

it('keeps existing keys, adds those of a new subgraph, and never replaces a damaged file', async () => {
  const dataDir = join(folder, 'kept');
  const { CULTURE_KEYS, ...others } = await openSubgraphKeys(dataDir, {});
  writeFileSync(join(dataDir, 'keys.json'), JSON.stringify(others));
  const added = await openSubgraphKeys(dataDir, {});
  expect(added).toMatchObject(others);
  expect(added.CULTURE_KEYS).toMatch(/^[0-9a-f]{8}:/);
  expect(added.CULTURE_KEYS).not.toBe(CULTURE_KEYS);
  const half = JSON.stringify(added).slice(0, 100);
  writeFileSync(join(dataDir, 'keys.json'), half);
  await expect(openSubgraphKeys(dataDir, {})).rejects.toThrow(/keys\.json is damaged/);
  expect(readFileSync(join(dataDir, 'keys.json'), 'utf8')).toBe(half);
});

it('generates no keys for tables whose keys are lost, and says what to restore', async () => {
  const env = { DATA_DIR: join(folder, 'lost') };
  const file = join(env.DATA_DIR, 'keys.json');
  const first = await openDatabases(env);
  const culture = fileURLToPath(new URL('../../subgraphs/culture/migrations', import.meta.url));
  await migrateDatabase(first.urls.culture ?? '', culture);
  await first.close();
  const { CULTURE_KEYS, SECURITY_KEYS } = JSON.parse(readFileSync(file, 'utf8'));
  rmSync(file);
  await expect(openDatabases(env)).rejects.toThrow(
    /database of culture has tables.*CULTURE_KEYS.*keys\.json/,
  );
  await expect(reachDatabase('culture', env)).rejects.toThrow(/CULTURE_KEYS/);
  expect(existsSync(file)).toBe(false);
  // The other databases are empty: they get new keys.
  const set = await openDatabases({ ...env, CULTURE_KEYS });
  await set.close();
  expect(set.keys).toMatchObject({ CULTURE_KEYS });
  expect(set.keys.SECURITY_KEYS).not.toBe(SECURITY_KEYS);
});

it('a token of another data directory has another key id', async () => {
  const kidOf = async (dataDir: string) => {
    const { output } = await runCommand('token', ['--role', 'care-worker', '--division', '410105'], {
      DATA_DIR: dataDir,
    });
    return JSON.parse(Buffer.from(output.split('.')[0] ?? '', 'base64url').toString()).kid;
  };
  const [one, other] = [await kidOf(join(folder, 'one')), await kidOf(join(folder, 'other'))];
  expect(one).not.toBe(other);
  expect(await kidOf(join(folder, 'one'))).toBe(one);
});

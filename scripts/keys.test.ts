// npm run keys as an operator runs it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ApiKeys } from '@district-graph/kit/identity/api-keys';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keys-'));
  file = join(folder, 'data', 'api-keys.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const keys = (
  command: readonly string[],
  env: Record<string, string> = { DATA_DIR: join(folder, 'data') },
) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/keys.ts', ...command], {
    cwd: root,
    env: { PATH: process.env.PATH, ...env },
    encoding: 'utf8',
  });
  return { status, out: stdout, errorOutput: stderr };
};

const agreed = [
  'create --bureau 卫健委 --scope elder:read --scope elder:identify --division 410105 --purpose CARE',
  '--expires 90d --rate 50',
].flatMap((text) => text.split(' '));

it('creates a key that is printed once, lists its terms and revokes it, in a file that only its owner can read', async () => {
  const made = keys(agreed);
  expect(made.status).toBe(0);
  const key = made.out.trim();
  const [id = '', secret = ''] = key.split('.');
  expect(readFileSync(file, 'utf8')).not.toContain(secret);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const verified = async () => {
    const apiKeys = new ApiKeys({ source: file });
    return apiKeys.verify(key).finally(() => apiKeys.close());
  };
  const { bureau, scopes, divisions, purposes, expiresAt, key: heldKey } = await verified();
  expect({ bureau, scopes: [...scopes], divisions, purposes, rate: heldKey?.rate }).toEqual({
    bureau: '卫健委',
    scopes: ['elder:read', 'elder:identify'],
    divisions: ['410105'],
    purposes: ['CARE'],
    rate: { ratePerSecond: 50, burst: 100 },
  });
  expect(((expiresAt ?? 0) - Date.now()) / 86_400_000).toBeCloseTo(90, 1);

  const listed = keys(['list']);
  expect(listed.out).toMatch(new RegExp(`${id} +有效 valid +卫健委`));
  expect(listed.out).not.toContain(secret);

  expect(keys(['revoke', id]).status).toBe(0);
  const revoked = readFileSync(file, 'utf8');
  await expect(verified()).rejects.toThrow('revoked');
  expect(keys(['list']).out).toContain('已撤销 revoked');
  expect(keys(['revoke', id]).status).toBe(0);
  expect(readFileSync(file, 'utf8')).toBe(revoked);
});

it('reports every fault of the terms, and creates nothing', () => {
  const wrong =
    'create --scope elder:all --division 4101 --purpose FUN --expires 2000-01-01 --rate 0 --burst 0.5';
  const { status, errorOutput } = keys(wrong.split(' '));
  expect(status).toBe(1);
  for (const fault of ['--bureau', 'elder:all', '--division 4101：', 'FUN', '--expires', '--rate', '--burst'])
    expect(errorOutput).toContain(fault);
  for (const expires of ['367d', '0d', 'soon'])
    expect(keys([...agreed, '--expires', expires]).errorOutput).toContain('--expires');
  expect(existsSync(file)).toBe(false);
  expect(keys(['revoke', 'key_0000000000000000'])).toMatchObject({ status: 1 });
  expect(keys(['destroy'])).toMatchObject({ status: 1 });
});

it('changes nothing while another command does, in a damaged file, or when API_KEYS is a URL', () => {
  expect(keys(agreed).status).toBe(0);
  const before = readFileSync(file, 'utf8');
  writeFileSync(`${file}.next`, '');
  const refused = keys(agreed);
  expect(refused).toMatchObject({ status: 1, out: '' });
  expect(refused.errorOutput).toContain('Another command');
  expect(readFileSync(file, 'utf8')).toBe(before);
  rmSync(`${file}.next`);
  writeFileSync(file, '{');
  expect(keys(agreed)).toMatchObject({ status: 1, out: '' });
  expect(readFileSync(file, 'utf8')).toBe('{');
  expect(existsSync(`${file}.next`)).toBe(false);
  expect(keys(agreed, { API_KEYS: 'https://keys.example/keys.json' }).errorOutput).toContain('API_KEYS');
});

describe('a sandbox key', () => {
  const sandbox = 'create --sandbox --bureau 卫健委';
  const verified = async (key: string, grantsSandboxScopes: boolean) => {
    const apiKeys = new ApiKeys({ source: file, grantsSandboxScopes });
    return apiKeys.verify(key).finally(() => apiKeys.close());
  };

  it('is marked in its id and in the list, lasts two weeks, is slow, and needs no terms', async () => {
    const { out } = keys(sandbox.split(' '));
    const [id = ''] = out.trim().split('.');
    expect(id).toMatch(/^sandbox_[0-9a-f]{16}$/);
    const viewer = await verified(out.trim(), true);
    expect(viewer).toMatchObject({ id, bureau: '卫健委', scopes: new Set(), divisions: ['410100'] });
    expect(viewer.key?.rate).toEqual({ ratePerSecond: 5, burst: 10 });
    expect(((viewer.expiresAt ?? 0) - Date.now()) / 86_400_000).toBeCloseTo(14, 1);
    expect(keys(['list']).out).toMatch(new RegExp(`${id} .*沙箱 sandbox`));
  });

  it('has scopes of reading where data are synthetic, and none where they are real', async () => {
    const { out } = keys(`${sandbox} --scope elder:read --scope elder:identify --purpose CARE`.split(' '));
    expect(await verified(out.trim(), true)).toMatchObject({
      scopes: new Set(['elder:read', 'elder:identify']),
      purposes: ['CARE'],
    });
    expect(await verified(out.trim(), false)).toMatchObject({ scopes: new Set(), purposes: [] });
  });

  it('is refused scopes of writing, a long life and a high rate', () => {
    const wide = '--scope elder:write --scope access:audit --expires 31d --rate 6 --burst 21';
    const { status, errorOutput } = keys(`${sandbox} ${wide}`.split(' '));
    expect(status).toBe(1);
    for (const fault of ['elder:write', 'access:audit', 'at most 30 days', '--rate is at most 5'])
      expect(errorOutput).toContain(fault);
    expect(existsSync(file)).toBe(false);
  });

  it('is refused any scope or purpose in production', () => {
    const env = { DATA_DIR: join(folder, 'data'), NODE_ENV: 'production' };
    for (const wish of ['--scope elder:read', '--purpose CARE']) {
      const { status, errorOutput } = keys(`${sandbox} ${wish}`.split(' '), env);
      expect(status).toBe(1);
      expect(errorOutput).toContain('real persons');
    }
    expect(existsSync(file)).toBe(false);
    expect(keys(sandbox.split(' '), env).status).toBe(0);
  });
});

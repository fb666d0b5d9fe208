// Sandbox keys as they are used, whatever their record says.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Environment } from '../config/environment.ts';
import { readIdentity } from '../config/identity.ts';
import { type ApiKeyRecord, apiKeysText, newApiKey } from './api-key.ts';
import { ApiKeys } from './api-keys.ts';
import { Identity } from './identity.ts';
import { viewerFromClaims } from './viewer.ts';
import { addressText, claimsText, signViewer, viewerHeader } from './viewer-signature.ts';

const dayMs = 86_400_000;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A key with more than sandbox keys may have, as someone might write it into the file. */
function wideKey(changes: Partial<ApiKeyRecord> = {}) {
  const { id, hash, key } = newApiKey('sandbox');
  const record: ApiKeyRecord = {
    id,
    hash,
    bureau: '示例局',
    scopes: ['elder:read', 'elder:identify', 'elder:write'],
    divisions: ['410100'],
    purposes: ['CARE'],
    createdAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + 300 * dayMs).toISOString(),
    revokedAt: null,
    rate: { ratePerSecond: 1000, burst: 1000 },
    ...changes,
  };
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-key-'));
  const source = join(folder, 'keys.json');
  writeFileSync(source, apiKeysText([record]));
  ends.push(() => rmSync(folder, { recursive: true }));
  return { id, key, source };
}

function keysOf(source: string, grantsSandboxScopes?: boolean): ApiKeys {
  const keys = new ApiKeys({ source, grantsSandboxScopes });
  ends.push(() => keys.close());
  return keys;
}

it('lasts 30 days at most, is slow, and changes nothing, whatever its record says', async () => {
  const { key, source } = wideKey();
  const viewer = await keysOf(source, true).verify(key);
  expect(viewer.scopes).toEqual(new Set(['elder:read', 'elder:identify']));
  expect(viewer.key?.rate).toEqual({ ratePerSecond: 5, burst: 20 });
  expect(((viewer.expiresAt ?? 0) - Date.now()) / dayMs).toBeCloseTo(30, 2);
});

it('is refused 30 days after it was created', async () => {
  const { key, source } = wideKey({ createdAt: new Date(Date.now() - 30 * dayMs - 1).toISOString() });
  await expect(keysOf(source, true).verify(key)).rejects.toThrow('has expired');
});

describe('where data are real', () => {
  it('has no scopes and no purposes, and that is the default', async () => {
    const { id, key, source } = wideKey();
    for (const keys of [keysOf(source, false), keysOf(source)])
      expect(await keys.verify(key)).toMatchObject({ id, scopes: new Set(), purposes: [] });
    const identity = new Identity({ tokens: null, apiKeys: { source }, gateway: null });
    ends.push(() => identity.close());
    const headers = { authorization: `ApiKey ${key}`, 'x-purpose': 'CARE' };
    await expect(identity.authenticate(headers, '')).rejects.toMatchObject({
      status: 403,
      code: 'FORBIDDEN',
    });
  });

  it('has none in a subgraph either when a gateway signs them', async () => {
    const keys = new Map([['a', Buffer.alloc(32, 'a')]]);
    const claims = claimsText({
      ...viewerFromClaims({ id: 'sandbox_0123456789abcdef', scopes: ['elder:read'], divisions: ['410100'] }),
      purpose: 'CARE',
    });
    const signed = () => ({ [viewerHeader]: signViewer(keys, claims, 'culture', '{}', addressText(null)) });
    const subgraphOf = (grantsSandboxScopes: boolean) =>
      new Identity({
        tokens: null,
        apiKeys: null,
        gateway: { keys, subgraph: 'culture' },
        grantsSandboxScopes,
      });
    expect(await subgraphOf(false).authenticate(signed(), '{}')).toMatchObject({
      id: 'sandbox_0123456789abcdef',
      scopes: new Set(),
      purpose: null,
    });
    expect(await subgraphOf(true).authenticate(signed(), '{}')).toMatchObject({
      scopes: new Set(['elder:read']),
      purpose: 'CARE',
    });
  });
});

it('does not become an agreed key by a change of its id: the hash covers it', async () => {
  const { id, key, source } = wideKey();
  const agreed = id.replace('sandbox', 'key');
  writeFileSync(source, readFileSync(source, 'utf8').replace(id, agreed));
  await expect(keysOf(source, true).verify(key.replace(id, agreed))).rejects.toThrow('not valid');
});

it.each([
  [{}, true],
  [{ NODE_ENV: 'development' }, true],
  [{ NODE_ENV: 'production' }, false],
])('with %j, data are synthetic: %s', (env, grantsSandboxScopes) => {
  expect(readIdentity(new Environment(env))).toMatchObject({ grantsSandboxScopes });
});

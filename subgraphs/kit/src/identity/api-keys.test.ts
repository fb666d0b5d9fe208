import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type ApiKeyRecord, apiKeysText, newApiKey, parseApiKeys } from './api-key.ts';
import { ApiKeys } from './api-keys.ts';
import { Identity } from './identity.ts';
import { hasExpired } from './viewer.ts';

const lookMs = 5;
const soon = () => new Date(Date.now() + 60_000).toISOString();

function newKey(changes: Partial<ApiKeyRecord> = {}): { record: ApiKeyRecord; key: string } {
  const { id, hash, key } = newApiKey();
  const record: ApiKeyRecord = {
    id,
    hash,
    bureau: '示例局',
    scopes: ['elder:read'],
    divisions: ['410105'],
    purposes: ['CARE'],
    createdAt: new Date().toISOString(),
    expiresAt: soon(),
    revokedAt: null,
    rate: null,
    ...changes,
  };
  return { record, key };
}

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** Keys in a file of their own, which is replaced as the commands replace it. */
function inFile(text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'api-keys-'));
  const source = join(folder, 'api-keys.json');
  const write = (next: string) => {
    writeFileSync(`${source}.next`, next);
    renameSync(`${source}.next`, source);
  };
  write(text);
  const logged: Record<string, unknown>[] = [];
  const keys = new ApiKeys({ source, checkEveryMs: lookMs, log: (event) => logged.push(event) });
  ends.push(
    () => keys.close(),
    () => rmSync(folder, { recursive: true }),
  );
  const faults = () => logged.flatMap(({ fault }) => (fault === undefined ? [] : [fault]));
  return { keys, write, source, logged, faults };
}

const refusal = async (asked: Promise<unknown>) => {
  const { status, code, message } = await asked.then(
    () => ({ status: 200, code: '', message: '' }),
    (error) => error,
  );
  return `${status} ${code} ${message}`;
};

describe('an API key', () => {
  it('is whom its record names, with those scopes, divisions and purposes and no others', async () => {
    const { record, key } = newKey({ scopes: ['elder:read', 'no:such'], purposes: ['CARE', 'NONE'] });
    const { keys } = inFile(apiKeysText([record]));
    expect(await keys.verify(key)).toMatchObject({
      id: record.id,
      bureau: '示例局',
      roles: [],
      scopes: new Set(['elder:read']),
      divisions: ['410105'],
      purposes: ['CARE'],
      elderId: null,
      expiresAt: Date.parse(record.expiresAt),
    });
    expect(await keys.verify(key)).toBe(await keys.verify(key));
  });

  it('is kept as a hash alone', () => {
    const { record, key } = newKey();
    const [, secret = ''] = key.split('.');
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(apiKeysText([record])).not.toContain(secret);
  });

  it('is refused with what to do when it is none, another’s, expired or revoked', async () => {
    const [good, other] = [newKey(), newKey()];
    const expired = newKey({ expiresAt: new Date(Date.now() - 1).toISOString() });
    const revoked = newKey({ revokedAt: new Date().toISOString() });
    const { keys } = inFile(apiKeysText([good, other, expired, revoked].map(({ record }) => record)));
    const secretOf = ({ key }: { key: string }) => key.split('.')[1];
    for (const key of [
      'nonsense',
      `${good.record.id}.`,
      newKey().key,
      `${good.record.id}.${secretOf(other)}`,
      // Whether a key was revoked is told to nobody but who has it.
      `${revoked.record.id}.${secretOf(other)}`,
    ])
      expect(await refusal(keys.verify(key))).toMatch(
        /^401 UNAUTHENTICATED API 密钥无效；请.*not valid: ask .* ApiKey <id>\.<secret>/,
      );
    expect(await refusal(keys.verify(expired.key))).toMatch(/^401 .*已过期；请.*has expired: ask/);
    expect(await refusal(keys.verify(revoked.key))).toMatch(/^401 .*已被撤销；请.*was revoked: ask/);
  });

  it('declares the purposes that were agreed and no others', async () => {
    const { record, key } = newKey();
    const { source } = inFile(apiKeysText([record]));
    const identity = new Identity({ tokens: null, apiKeys: { source, checkEveryMs: lookMs }, gateway: null });
    ends.push(() => identity.close());
    const authorization = `ApiKey ${key}`;
    const asked = (purpose: string) => identity.authenticate({ authorization, 'x-purpose': purpose }, '');
    expect((await asked('CARE')).purpose).toBe('CARE');
    expect(await asked('CARE')).toBe(await asked('CARE'));
    expect(await refusal(asked('EMERGENCY'))).toMatch(/^403 FORBIDDEN .*角色或密钥.*they may: CARE\.$/);
    expect(await refusal(identity.authenticate({ authorization: `Basic ${key}` }, ''))).toMatch(
      /^401 .*ApiKey <id>\.<secret>/,
    );
  });

  it('is refused where none are accepted', async () => {
    const identity = new Identity({ tokens: null, apiKeys: null, gateway: null });
    const asked = identity.authenticate({ authorization: `ApiKey ${newKey().key}` }, '');
    expect(await refusal(asked)).toMatch(/^401 .*API_KEYS/);
  });
});

describe('the file of keys', () => {
  it('is taken over when it changes: what is revoked is refused, and what was begun with it ends', async () => {
    const [one, two] = [newKey(), newKey()];
    const { keys, write } = inFile(apiKeysText([one.record, two.record]));
    const [first, second] = [await keys.verify(one.key), await keys.verify(two.key)];
    const third = newKey();
    write(apiKeysText([{ ...one.record, revokedAt: new Date().toISOString() }, two.record, third.record]));
    await vi.waitFor(() => keys.verify(third.key), { timeout: 10_000, interval: lookMs });
    expect(await refusal(keys.verify(one.key))).toMatch(/^401 .*revoked/);
    expect([hasExpired(first), hasExpired(second)]).toEqual([true, false]);
    expect(await keys.verify(two.key)).toBe(second);
  });

  it('leaves the last good keys when it is broken or gone, and says so once', async () => {
    const { record, key } = newKey();
    const { keys, write, source, faults } = inFile(apiKeysText([record]));
    await keys.verify(key);
    write('{ "keys": [');
    await vi.waitFor(() => expect(faults()).toEqual(['no JSON']), { timeout: 10_000, interval: lookMs });
    expect((await keys.verify(key)).id).toBe(record.id);
    rmSync(source);
    await vi.waitFor(() => expect(faults()).toEqual(['no JSON', 'ENOENT']), {
      timeout: 10_000,
      interval: lookMs,
    });
    expect((await keys.verify(key)).id).toBe(record.id);
    write(apiKeysText([]));
    await vi.waitFor(async () => expect(await refusal(keys.verify(key))).toMatch(/^401/), {
      timeout: 10_000,
      interval: lookMs,
    });
  });

  it('that was never good refuses nobody for good: they are to try again', async () => {
    const { record, key } = newKey();
    const { keys, write } = inFile('nonsense');
    expect(await refusal(keys.verify(key))).toMatch(/^503 OVERLOADED/);
    write(apiKeysText([record]));
    await vi.waitFor(() => keys.verify(key), { timeout: 10_000, interval: lookMs });
  });

  it.each<[string, unknown]>([
    ['no list', {}],
    ['a key twice', { keys: [newKey().record].flatMap((record) => [record, record]) }],
    ['an id of another form', { keys: [newKey({ id: 'short' }).record] }],
    ['a hash of another length', { keys: [newKey({ hash: 'AAAA' }).record] }],
    ['a division that is none', { keys: [newKey({ divisions: ['4101'] }).record] }],
    ['no time of its end', { keys: [newKey({ expiresAt: 'never' }).record] }],
    ['a rate of nothing', { keys: [newKey({ rate: { ratePerSecond: 0, burst: 1 } }).record] }],
    ['a field too few', { keys: [{ ...newKey().record, revokedAt: undefined }] }],
  ])('with %s is broken', (_what, text) => {
    expect(() => parseApiKeys(JSON.stringify(text))).toThrow(/list|entry/);
  });

  it('may be at an address, which is asked for what is new', async () => {
    const { record, key } = newKey();
    let [text, tag, isAway] = [apiKeysText([record]), '"1"', false];
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      const known = request.headers['if-none-match'];
      asked.push(known);
      response.statusCode = isAway ? 500 : known === tag ? 304 : 200;
      response.setHeader('etag', tag);
      response.end(response.statusCode === 200 ? text : '');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const source = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys.json`;
    const keys = new ApiKeys({ source, checkEveryMs: lookMs });
    ends.push(
      () => keys.close(),
      () => server.closeAllConnections(),
      () => new Promise((resolve) => server.close(resolve)),
    );
    const viewer = await keys.verify(key);
    await vi.waitFor(() => expect(asked).toContain('"1"'), { timeout: 10_000, interval: lookMs });
    isAway = true;
    const before = asked.length;
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(before + 2), {
      timeout: 10_000,
      interval: lookMs,
    });
    expect(await keys.verify(key)).toBe(viewer);
    [text, tag, isAway] = [apiKeysText([]), '"2"', false];
    await vi.waitFor(async () => expect(await refusal(keys.verify(key))).toMatch(/^401/), {
      timeout: 10_000,
      interval: lookMs,
    });
    expect(hasExpired(viewer)).toBe(true);
  });
});

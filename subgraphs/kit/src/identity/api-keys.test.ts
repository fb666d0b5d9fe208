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

const pollMs = 5;
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

/** Keys in a file, which is replaced in the same way as by the commands. */
function inFile(text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'api-keys-'));
  const source = join(folder, 'api-keys.json');
  const write = (next: string) => {
    writeFileSync(`${source}.next`, next);
    renameSync(`${source}.next`, source);
  };
  write(text);
  const logged: Record<string, unknown>[] = [];
  const keys = new ApiKeys({ source, checkEveryMs: pollMs, log: (event) => logged.push(event) });
  ends.push(
    () => keys.close(),
    () => rmSync(folder, { recursive: true }),
  );
  const faults = () => logged.flatMap(({ reason }) => (reason === undefined ? [] : [reason]));
  return { keys, write, source, logged, faults };
}

const refusal = async (attempt: Promise<unknown>) => {
  const { status, code, message } = await attempt.then(
    () => ({ status: 200, code: '', message: '' }),
    (error) => error,
  );
  return `${status} ${code} ${message}`;
};

describe('an API key', () => {
  it('names the viewer of its record, with exactly its scopes, divisions and purposes', async () => {
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

  it('is stored only as a hash', () => {
    const { record, key } = newKey();
    const [, secret = ''] = key.split('.');
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(apiKeysText([record])).not.toContain(secret);
  });

  it('is refused with advice if it is invalid, of another client, expired or revoked', async () => {
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
      // Only clients that have the secret learn that a key was revoked.
      `${revoked.record.id}.${secretOf(other)}`,
    ])
      expect(await refusal(keys.verify(key))).toMatch(
        /^401 UNAUTHENTICATED API 密钥无效；请.*not valid\. Ask .* ApiKey <id>\.<secret>/,
      );
    expect(await refusal(keys.verify(expired.key))).toMatch(/^401 .*已过期；请.*has expired\. Ask/);
    expect(await refusal(keys.verify(revoked.key))).toMatch(/^401 .*已被撤销；请.*was revoked\. Ask/);
  });

  it('may declare only the purposes of its record', async () => {
    const { record, key } = newKey();
    const { source } = inFile(apiKeysText([record]));
    const identity = new Identity({ tokens: null, apiKeys: { source, checkEveryMs: pollMs }, gateway: null });
    ends.push(() => identity.close());
    const authorization = `ApiKey ${key}`;
    const authenticate = (purpose: string) =>
      identity.authenticate({ authorization, 'x-purpose': purpose }, '');
    expect((await authenticate('CARE')).purpose).toBe('CARE');
    expect(await authenticate('CARE')).toBe(await authenticate('CARE'));
    expect(await refusal(authenticate('EMERGENCY'))).toMatch(/^403 FORBIDDEN .*角色或密钥.*allowed: CARE\.$/);
    expect(await refusal(identity.authenticate({ authorization: `Basic ${key}` }, ''))).toMatch(
      /^401 .*ApiKey <id>\.<secret>/,
    );
  });

  it('is refused where no keys are accepted', async () => {
    const identity = new Identity({ tokens: null, apiKeys: null, gateway: null });
    const attempt = identity.authenticate({ authorization: `ApiKey ${newKey().key}` }, '');
    expect(await refusal(attempt)).toMatch(/^401 .*API_KEYS/);
  });
});

describe('the file of keys', () => {
  it('is read again when it changes: revoked keys are refused, and their streams end', async () => {
    const [one, two] = [newKey(), newKey()];
    const { keys, write } = inFile(apiKeysText([one.record, two.record]));
    const [first, second] = [await keys.verify(one.key), await keys.verify(two.key)];
    const third = newKey();
    write(apiKeysText([{ ...one.record, revokedAt: new Date().toISOString() }, two.record, third.record]));
    await vi.waitFor(() => keys.verify(third.key), { timeout: 10_000, interval: pollMs });
    expect(await refusal(keys.verify(one.key))).toMatch(/^401 .*revoked/);
    expect([hasExpired(first), hasExpired(second)]).toEqual([true, false]);
    expect(await keys.verify(two.key)).toBe(second);
  });

  it('leaves the last good keys if it becomes invalid or disappears, and logs that once', async () => {
    const { record, key } = newKey();
    const { keys, write, source, faults } = inFile(apiKeysText([record]));
    await keys.verify(key);
    write('{ "keys": [');
    await vi.waitFor(() => expect(faults()).toEqual(['not valid JSON']), {
      timeout: 10_000,
      interval: pollMs,
    });
    expect((await keys.verify(key)).id).toBe(record.id);
    rmSync(source);
    await vi.waitFor(() => expect(faults()).toEqual(['not valid JSON', 'ENOENT']), {
      timeout: 10_000,
      interval: pollMs,
    });
    expect((await keys.verify(key)).id).toBe(record.id);
    write(apiKeysText([]));
    await vi.waitFor(async () => expect(await refusal(keys.verify(key))).toMatch(/^401/), {
      timeout: 10_000,
      interval: pollMs,
    });
  });

  it('that was never valid is answered with 503, not 401', async () => {
    const { record, key } = newKey();
    const { keys, write } = inFile('nonsense');
    expect(await refusal(keys.verify(key))).toMatch(/^503 OVERLOADED/);
    write(apiKeysText([record]));
    await vi.waitFor(() => keys.verify(key), { timeout: 10_000, interval: pollMs });
  });

  it.each<[string, unknown]>([
    ['no list', {}],
    ['a key twice', { keys: [newKey().record].flatMap((record) => [record, record]) }],
    ['an id of another form', { keys: [newKey({ id: 'short' }).record] }],
    ['a hash of another length', { keys: [newKey({ hash: 'AAAA' }).record] }],
    ['an invalid division', { keys: [newKey({ divisions: ['4101'] }).record] }],
    ['no time of its end', { keys: [newKey({ expiresAt: 'never' }).record] }],
    ['a rate of nothing', { keys: [newKey({ rate: { ratePerSecond: 0, burst: 1 } }).record] }],
    ['a field too few', { keys: [{ ...newKey().record, revokedAt: undefined }] }],
  ])('with %s is invalid', (_what, text) => {
    expect(() => parseApiKeys(JSON.stringify(text))).toThrow(/list|entry/);
  });

  it('may be at a URL, which is polled', async () => {
    const { record, key } = newKey();
    let [text, tag, isAway] = [apiKeysText([record]), '"1"', false];
    const etags: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      const known = request.headers['if-none-match'];
      etags.push(known);
      response.statusCode = isAway ? 500 : known === tag ? 304 : 200;
      response.setHeader('etag', tag);
      response.end(response.statusCode === 200 ? text : '');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const source = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys.json`;
    const keys = new ApiKeys({ source, checkEveryMs: pollMs });
    ends.push(
      () => keys.close(),
      () => server.closeAllConnections(),
      () => new Promise((resolve) => server.close(resolve)),
    );
    const viewer = await keys.verify(key);
    await vi.waitFor(() => expect(etags).toContain('"1"'), { timeout: 10_000, interval: pollMs });
    isAway = true;
    const before = etags.length;
    await vi.waitFor(() => expect(etags.length).toBeGreaterThan(before + 2), {
      timeout: 10_000,
      interval: pollMs,
    });
    expect(await keys.verify(key)).toBe(viewer);
    [text, tag, isAway] = [apiKeysText([]), '"2"', false];
    await vi.waitFor(async () => expect(await refusal(keys.verify(key))).toMatch(/^401/), {
      timeout: 10_000,
      interval: pollMs,
    });
    expect(hasExpired(viewer)).toBe(true);
  });
});

import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { TokenVerifier } from './token-verifier.ts';

const issuer = 'https://issuer.test';
const audience = 'district-graph';
const folder = mkdtempSync(join(tmpdir(), 'tokens-'));
const jwks = join(folder, 'jwks.json');

const pair = async (kid: string, alg = 'EdDSA') => {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg } as JWK };
};
type Pair = Awaited<ReturnType<typeof pair>>;
let one: Pair;
let other: Pair;
let changes = 0;

/** Writes the issuer's file with these keys, with a different modification time each time. */
function publish(...keys: Pair[]): void {
  writeFileSync(jwks, JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }));
  changes += 1;
  utimesSync(jwks, 1_700_000_000 + changes, 1_700_000_000 + changes);
}

const now = () => Math.floor(Date.now() / 1000);
interface Changes {
  iss?: string;
  aud?: string | string[];
  exp?: number;
  nbf?: number;
  sub?: string;
  [claim: string]: unknown;
}
const signed = (key: Pair, claims: Changes = {}, header: Record<string, unknown> = {}) =>
  new SignJWT({ iss: issuer, aud: audience, sub: 'someone', exp: now() + 600, roles: ['auditor'], ...claims })
    .setProtectedHeader({ alg: key.alg, kid: key.kid, ...header })
    .sign(key.privateKey);
const outcome = (tokens: TokenVerifier, token: string) =>
  tokens.verify(token).then(
    ({ id }) => id,
    ({ code, message }: { code: string; message: string }) => {
      if (token) expect(message).not.toContain(token);
      return code;
    },
  );
const ofFile = () => new TokenVerifier({ issuer, audience, jwks });

beforeAll(async () => {
  [one, other] = [await pair('one'), await pair('other')];
});
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  publish(one);
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(() => rmSync(folder, { recursive: true }));

it('names the viewer with its claims, until it expires', async () => {
  const token = await signed(one, {
    divisions: ['410105'],
    scope: 'elder:read',
    bureau: 'civil-affairs',
    elder: '01a1fc14-c3c1-7069-8000-000000000001',
  });
  expect(await ofFile().verify(token)).toMatchObject({
    id: 'someone',
    roles: ['auditor'],
    divisions: ['410105'],
    bureau: 'civil-affairs',
    elderId: '01a1fc14-c3c1-7069-8000-000000000001',
    purpose: null,
    expiresAt: (now() + 660) * 1000,
  });
});

it('ignores an elder claim that is not an id', async () => {
  for (const elder of ['e', '410105', '%', ['01a1fc14-c3c1-7069-8000-000000000001'], '\u0000'])
    expect(await ofFile().verify(await signed(one, { elder }))).toMatchObject({ elderId: null });
});

describe('a token is refused', () => {
  it.each<[string, () => Promise<string> | string]>([
    ['of another issuer', () => signed(one, { iss: 'https://issuer.test.evil' })],
    ['for another audience', () => signed(one, { aud: 'another' })],
    ['without a subject', () => signed(one, { sub: undefined })],
    ['of a subject without a name', () => signed(one, { sub: ' ' })],
    ['of a subject that is a number', () => signed(one, { sub: 12345 as unknown as string })],
    ['with the subject of anonymous clients', () => signed(one, { sub: 'anonymous' })],
    ['without an end', () => signed(one, { exp: undefined })],
    ['not valid yet', () => signed(one, { nbf: now() + 120 })],
    ['signed by a key that the issuer has not', () => signed(other)],
    ['signed by another key under a name that it has', () => signed(other, {}, { kid: 'one' })],
    [
      'with an unknown critical header',
      () => signed(one, {}, { crit: ['exp'], exp: 1 }).catch(() => 'a.b.c'),
    ],
    ['that brings its own key', () => signed(other, {}, { kid: undefined, jwk: other.jwk })],
    [
      'that names the URL of its key',
      () => signed(other, {}, { kid: 'one', jku: 'https://evil.test/jwks.json' }),
    ],
    [
      'that is not signed',
      () =>
        new UnsecuredJWT({ sub: 'x' })
          .setIssuer(issuer)
          .setAudience(audience)
          .setExpirationTime('1h')
          .encode(),
    ],
    ['cut short', async () => (await signed(one)).slice(0, -3)],
    ['of three words', () => 'a.b.c'],
    ['of nothing', () => ''],
  ])('%s', async (_what, token) => {
    expect(await outcome(ofFile(), await token())).toBe('UNAUTHENTICATED');
  });

  it('signed with the public key as a shared secret', async () => {
    const rsa = await pair('rsa', 'RS256');
    publish(rsa);
    for (const secret of [await exportSPKI(rsa.publicKey), JSON.stringify(rsa.jwk), rsa.jwk.n ?? '']) {
      const token = await new SignJWT({ iss: issuer, aud: audience, sub: 'x', exp: now() + 600 })
        .setProtectedHeader({ alg: 'HS256', kid: 'rsa' })
        .sign(Buffer.from(secret.padEnd(32)));
      expect(await outcome(ofFile(), token)).toBe('UNAUTHENTICATED');
    }
  });

  it.each([
    [59, 'someone'],
    [61, 'UNAUTHENTICATED'],
  ])('or not %i seconds after it expired: %s, even if it was verified before', async (seconds, expected) => {
    const tokens = ofFile();
    const token = await signed(one, { exp: now() + 10 });
    expect(await outcome(tokens, token)).toBe('someone');
    vi.setSystemTime(Date.now() + (10 + seconds) * 1000);
    expect([await outcome(tokens, token), await outcome(ofFile(), token)]).toEqual([expected, expected]);
  });
});

describe('the keys of a file', () => {
  it('rotate while the process runs; a removed key is refused within five seconds', async () => {
    const tokens = ofFile();
    const [old, next] = [await signed(one), await signed(other)];
    expect([await outcome(tokens, old), await outcome(tokens, next)]).toEqual(['someone', 'UNAUTHENTICATED']);
    publish(one, other);
    vi.setSystemTime(Date.now() + 5001);
    expect([await outcome(tokens, old), await outcome(tokens, next)]).toEqual(['someone', 'someone']);
    publish(other);
    vi.setSystemTime(Date.now() + 5001);
    expect([await outcome(tokens, old), await outcome(tokens, next)]).toEqual(['UNAUTHENTICATED', 'someone']);
  });
});

describe('a file of keys that is half written or gone', () => {
  it.each<[string, () => void]>([
    ['half written', () => writeFileSync(jwks, '{"keys":[')],
    ['with other content', () => writeFileSync(jwks, '[]')],
    ['gone', () => rmSync(jwks)],
  ])('(%s) is answered with 503 until it is complete, and nobody is let in', async (_what, spoil) => {
    const tokens = ofFile();
    const token = await signed(one);
    await outcome(tokens, token);
    spoil();
    vi.setSystemTime(Date.now() + 5001);
    expect([await outcome(tokens, token), await outcome(tokens, token)]).toEqual([
      'OVERLOADED',
      'OVERLOADED',
    ]);
    publish(one);
    expect(await outcome(tokens, token)).toBe('someone');
  });
});

describe('the keys at a URL', () => {
  let answer: () => { status: number; body: string };
  let fetches = 0;
  const server = createServer((_request, response) => {
    fetches += 1;
    const { status, body } = answer();
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
  const giving = (...keys: Pair[]) => {
    answer = () => ({ status: 200, body: JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }) });
  };
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => {
    server.close();
  });

  it('are fetched once for many tokens', async () => {
    giving(one);
    const tokens = new TokenVerifier({ issuer, audience, jwks: address() });
    const before = fetches;
    for (const sub of ['a', 'b', 'c']) expect(await outcome(tokens, await signed(one, { sub }))).toBe(sub);
    expect(fetches - before).toBe(1);
  });

  it('are fetched again for a token with an unknown key, some seconds apart', async () => {
    giving(one);
    const tokens = new TokenVerifier({ issuer, audience, jwks: address() });
    await outcome(tokens, await signed(one));
    giving(one, other);
    expect(await outcome(tokens, await signed(other))).toBe('UNAUTHENTICATED');
    vi.setSystemTime(Date.now() + 5001);
    expect(await outcome(tokens, await signed(other))).toBe('someone');
  });

  it.each<[string, () => { status: number; body: string }]>([
    ['fails', () => ({ status: 500, body: '' })],
    ['returns other content', () => ({ status: 200, body: '<html>' })],
  ])('that %s: verified tokens stay valid, others are answered with 503', async (_what, fault) => {
    giving(one);
    const tokens = new TokenVerifier({ issuer, audience, jwks: address() });
    const known = await signed(one);
    await outcome(tokens, known);
    answer = fault;
    vi.setSystemTime(Date.now() + 5001);
    expect(await outcome(tokens, known)).toBe('someone');
    expect(await outcome(tokens, await signed(other))).toBe('OVERLOADED');
  });

  it('that cannot be fetched: tokens are answered with 503, nobody becomes anonymous', async () => {
    const tokens = new TokenVerifier({ issuer, audience, jwks: 'http://127.0.0.1:9/jwks.json' });
    expect(await outcome(tokens, await signed(one))).toBe('OVERLOADED');
  });
});

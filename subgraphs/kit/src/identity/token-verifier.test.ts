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

/** The issuer's file with these keys; each at a time of its own. */
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

it('names the viewer with what it claims, until it ends', async () => {
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

it('names no elder by what is no id of one', async () => {
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
    ['of one who is called as those without a token are', () => signed(one, { sub: 'anonymous' })],
    ['without an end', () => signed(one, { exp: undefined })],
    ['not yet begun', () => signed(one, { nbf: now() + 120 })],
    ['signed by a key that the issuer has not', () => signed(other)],
    ['signed by another key under a name that it has', () => signed(other, {}, { kid: 'one' })],
    [
      'with a critical header that nobody knows',
      () => signed(one, {}, { crit: ['exp'], exp: 1 }).catch(() => 'a.b.c'),
    ],
    ['that brings its own key', () => signed(other, {}, { kid: undefined, jwk: other.jwk })],
    [
      'that says where its key is',
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

  it('signed by the public key as if it were a shared secret', async () => {
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
  ])('or not %i seconds after its end: %s, also by who has seen it before', async (seconds, expected) => {
    const tokens = ofFile();
    const token = await signed(one, { exp: now() + 10 });
    expect(await outcome(tokens, token)).toBe('someone');
    vi.setSystemTime(Date.now() + (10 + seconds) * 1000);
    expect([await outcome(tokens, token), await outcome(ofFile(), token)]).toEqual([expected, expected]);
  });
});

describe('the keys of a file', () => {
  it('take turns while the process runs; what is taken out is refused within five seconds', async () => {
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
    ['of something else', () => writeFileSync(jwks, '[]')],
    ['gone', () => rmSync(jwks)],
  ])('(%s) has everyone come again until it is whole, and lets nobody in', async (_what, spoil) => {
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

describe('the keys at an address', () => {
  let answer: () => { status: number; body: string };
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
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
    const before = asked;
    for (const sub of ['a', 'b', 'c']) expect(await outcome(tokens, await signed(one, { sub }))).toBe(sub);
    expect(asked - before).toBe(1);
  });

  it('are looked for anew where a token names one that is not known, some seconds apart', async () => {
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
    ['gives something else', () => ({ status: 200, body: '<html>' })],
  ])('that %s: who is known goes on, who is not is asked to come again', async (_what, fault) => {
    giving(one);
    const tokens = new TokenVerifier({ issuer, audience, jwks: address() });
    const known = await signed(one);
    await outcome(tokens, known);
    answer = fault;
    vi.setSystemTime(Date.now() + 5001);
    expect(await outcome(tokens, known)).toBe('someone');
    expect(await outcome(tokens, await signed(other))).toBe('OVERLOADED');
  });

  it('that nobody gives: everyone is asked to come again, nobody is anonymous', async () => {
    const tokens = new TokenVerifier({ issuer, audience, jwks: 'http://127.0.0.1:9/jwks.json' });
    expect(await outcome(tokens, await signed(one))).toBe('OVERLOADED');
  });
});

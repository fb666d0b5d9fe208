import { describe, expect, it } from 'vitest';
import { headersOf, testIdentity, tokenOf } from '../testing/identity.ts';
import { Identity } from './identity.ts';
import { anonymous, viewerFromClaims } from './viewer.ts';
import { claimsText, signViewer, viewerHeader } from './viewer-signature.ts';

const { tokens, viewerKeys } = testIdentity;
const identity = new Identity({ tokens, apiKeys: null, gateway: { keys: viewerKeys, subgraph: 'places' } });
const refusal = (headers: Record<string, string>, of = identity, body = '') =>
  of.authenticate(headers, body).then(
    ({ id }) => id,
    ({ status, code }: { status: number; code: string }) => `${status} ${code}`,
  );
const worker = { sub: 'worker', roles: ['care-worker' as const], divisions: ['410105'] };

describe('a request without credentials', () => {
  it('is anonymous, and may not declare a purpose', async () => {
    expect(await identity.authenticate({}, '')).toBe(anonymous);
    expect(await refusal({ 'x-purpose': 'CARE' })).toBe('403 FORBIDDEN');
  });
});

describe('a token', () => {
  it('names its viewer, in any spelling of the scheme', async () => {
    const token = await tokenOf(worker);
    for (const scheme of ['Bearer', 'bearer', 'BEARER '])
      expect(await refusal({ authorization: `${scheme} ${token}` })).toBe('worker');
  });

  it.each([
    '',
    'Bearer',
    'Bearer ',
    'Basic dXNlcjpwYXNz',
    'Bearer a b',
    'Bearer a,Bearer b',
    'Bearer "quoted"',
    'Bearer <script>',
    'Token abc',
    'Bearerabc',
  ])('sent as %j is refused, not taken for anonymous', async (authorization) => {
    expect(await refusal({ authorization })).toBe('401 UNAUTHENTICATED');
  });

  it('is refused if no issuer is configured', async () => {
    const bare = new Identity({ tokens: null, apiKeys: null, gateway: null });
    expect(await refusal(await headersOf(worker), bare)).toBe('401 UNAUTHENTICATED');
    expect(await refusal({}, bare)).toBe('anonymous');
  });
});

describe('a purpose', () => {
  it('is accepted if a role of the viewer allows it', async () => {
    expect(await identity.authenticate(await headersOf(worker, 'CARE'), '')).toMatchObject({
      purpose: 'CARE',
    });
    for (const purpose of ['AUDIT', 'care', 'CARE,EMERGENCY', '', 'toString'])
      expect(await refusal(await headersOf(worker, purpose))).toBe('403 FORBIDDEN');
  });

  it('that is not allowed is refused with the allowed ones, and only the start of what was sent', async () => {
    const sent = `X${'x'.repeat(500)}`;
    await expect(identity.authenticate(await headersOf(worker, sent), '')).rejects.toMatchObject({
      message: expect.stringMatching(/^.{0,200}CARE, EMERGENCY\.$/),
    });
  });
});

describe('the signature of the gateway', () => {
  const officer = viewerFromClaims({ id: 'officer', roles: ['duty-officer'], divisions: ['410105'] });
  const signed = (subgraph = 'places') => signViewer(viewerKeys, claimsText(officer), subgraph, '{}');

  it('takes precedence over a token and purpose', async () => {
    const headers = { ...(await headersOf(worker)), 'x-purpose': 'CARE', [viewerHeader]: signed() };
    expect(await identity.authenticate(headers, '{}')).toMatchObject({ id: 'officer', purpose: null });
  });

  it('that is not valid is refused, even with a valid token', async () => {
    const headers = { ...(await headersOf(worker)), [viewerHeader]: signed('culture') };
    expect(await refusal(headers, identity, '{}')).toBe('401 UNAUTHENTICATED');
    expect(await refusal({ [viewerHeader]: `${signed()}, ${signed()}` }, identity, '{}')).toBe(
      '401 UNAUTHENTICATED',
    );
  });

  it('is ignored by the gateway itself', async () => {
    const atGateway = new Identity({ tokens, apiKeys: null, gateway: null });
    expect(await refusal({ [viewerHeader]: signed() }, atGateway, '{}')).toBe('anonymous');
  });

  it('is required on paths of the gateway, where a token is not enough', async () => {
    const own = signViewer(viewerKeys, claimsText(anonymous), 'places', '');
    expect(() => identity.checkGateway({ [viewerHeader]: own })).not.toThrow();
    for (const headers of [
      {},
      await headersOf(worker),
      { [viewerHeader]: own },
      { [viewerHeader]: signed() },
    ])
      expect(() => identity.checkGateway(headers)).toThrow(expect.objectContaining({ status: 401 }));
    const open = new Identity({ tokens, apiKeys: null, gateway: null });
    expect(() => open.checkGateway({ [viewerHeader]: own })).toThrow(
      expect.objectContaining({ status: 401 }),
    );
  });
});

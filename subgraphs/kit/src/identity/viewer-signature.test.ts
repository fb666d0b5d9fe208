import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { anonymous, viewerFromClaims } from './viewer.ts';
import {
  addressText,
  claimsText,
  type SigningKeys,
  signedAddress,
  signViewer,
  ViewerVerifier,
} from './viewer-signature.ts';

const keysOf = (...ids: string[]): SigningKeys => new Map(ids.map((id) => [id, Buffer.alloc(32, id)]));
const officer = viewerFromClaims({
  id: 'officer',
  roles: ['duty-officer'],
  divisions: ['410105'],
  elderId: 'e',
});
const body = '{"query":"{ incident(id: \\"1\\") { description } }"}';
const signed = (keys = keysOf('a'), subgraph = 'security', text = body) =>
  signViewer(keys, claimsText({ ...officer, purpose: 'EMERGENCY' }), subgraph, text);
const code = (verify: () => unknown) => {
  try {
    return verify() && 'verified';
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it('forwards the viewer and their purpose unchanged', () => {
  expect(new ViewerVerifier(keysOf('a'), 'security').verify(signed(), body)).toEqual({
    ...officer,
    purpose: 'EMERGENCY',
    expiresAt: null,
  });
});

it('covers the bytes of the body, which the gateway has as latin1 and the subgraph as UTF-8', () => {
  const text = '{"query":"{ a(name: \\"王\\") }"}';
  const header = signed(keysOf('a'), 'security', Buffer.from(text).toString('latin1'));
  expect(code(() => new ViewerVerifier(keysOf('a'), 'security').verify(header, text))).toBe('verified');
});

it('forwards the client address if the gateway knows it', () => {
  const from = (address: string | null) =>
    signedAddress(signViewer(keysOf('a'), claimsText(anonymous), 'security', body, addressText(address)));
  expect([from('2001:db8::7'), from(null)]).toEqual(['2001:db8::7', null]);
});

describe('a header is refused', () => {
  const parts = (change: (parts: string[]) => void) => {
    const all = signed().split('.');
    change(all);
    return all.join('.');
  };
  it.each<[string, () => string, string]>([
    ['without a signature', () => signed().split('.').slice(0, 5).join('.'), body],
    ['with another viewer', () => parts((all) => all.splice(4, 1, claimsText(anonymous))), body],
    ['with another time', () => parts((all) => all.splice(1, 1, String(Date.now() - 1))), body],
    ['with another nonce', () => parts((all) => all.splice(2, 1, 'other')), body],
    ['with a signature cut short', () => signed().slice(0, -4), body],
    ['with an empty signature', () => parts((all) => all.splice(-1, 1, '')), body],
    ['with another address', () => parts((all) => all.splice(5, 1, addressText('203.0.113.9'))), body],
    ['signed by a key of the same name', () => signed(new Map([['a', Buffer.alloc(32, 'x')]])), body],
    ['signed by an unknown key', () => signed(keysOf('z')), body],
    ['for another subgraph', () => signed(keysOf('a'), 'culture'), body],
    [
      'renamed to this subgraph',
      () => signed(keysOf('a'), 'culture').replace('.culture.', '.security.'),
      body,
    ],
    ['of another body', () => signed(), body.replace('1', '2')],
    ['of no body', () => signed(), ''],
    // Without a separator, the claims followed by the body would be the same bytes.
    ['with its body moved into it', () => parts((all) => all.splice(4, 1, `${all[4]}${body}`)), ''],
    ['of nothing', () => '', body],
    ['of dots', () => '.....', body],
  ])('%s', (_what, header, text) => {
    expect(code(() => new ViewerVerifier(keysOf('a'), 'security').verify(header(), text))).toBe(
      'UNAUTHENTICATED',
    );
  });

  it('that is a replay', () => {
    const viewers = new ViewerVerifier(keysOf('a'), 'security');
    const header = signed();
    expect([1, 2].map(() => code(() => viewers.verify(header, body)))).toEqual([
      'verified',
      'UNAUTHENTICATED',
    ]);
  });

  it('that is a replay, even after other requests', () => {
    const viewers = new ViewerVerifier(keysOf('a'), 'security');
    const header = signed();
    viewers.verify(header, body);
    for (let count = 0; count < 100; count += 1) {
      vi.setSystemTime(Date.now() + 590);
      viewers.verify(signed(), body);
    }
    expect(code(() => viewers.verify(header, body))).toBe('UNAUTHENTICATED');
  });

  it.each([
    [59_900, 'verified'],
    [60_000, 'UNAUTHENTICATED'],
    [-4900, 'verified'],
    [-5100, 'UNAUTHENTICATED'],
  ])('or not %i ms after it was signed: %s', (ageMs, outcome) => {
    const header = signed();
    vi.setSystemTime(Date.now() + ageMs);
    expect(code(() => new ViewerVerifier(keysOf('a'), 'security').verify(header, body))).toBe(outcome);
  });
});

describe('keys', () => {
  it('rotate: a new one verifies before it signs, an old one after it has stopped signing', () => {
    const [before, during, after] = [keysOf('old'), keysOf('new', 'old'), keysOf('new')];
    const outcome = (signing: SigningKeys, knowing: SigningKeys) =>
      code(() => new ViewerVerifier(knowing, 'security').verify(signed(signing), body));
    expect(outcome(before, keysOf('old', 'new'))).toBe('verified');
    expect(outcome(during, keysOf('old', 'new'))).toBe('verified');
    expect(outcome(before, during)).toBe('verified');
    expect(outcome(before, after)).toBe('UNAUTHENTICATED');
  });

  it('are required to sign, and without any nothing is verified', () => {
    expect(() => signed(new Map())).toThrow('no key to sign with');
    expect(code(() => new ViewerVerifier(new Map(), 'security').verify(signed(), body))).toBe(
      'UNAUTHENTICATED',
    );
  });
});

interface Vector {
  name: string;
  requests: {
    header: string;
    body: string;
    now: number;
    accepted: boolean;
    claims?: string;
    address?: string;
  }[];
}
const { keys: vectorKeys, ...file } = JSON.parse(
  readFileSync(new URL('../../../../examples/viewer-signature/vectors.json', import.meta.url), 'utf8'),
) as { subgraph: string; keys: Record<string, string>; vectors: Vector[] };

describe('the test vectors for verifiers in other languages', () => {
  it.each(file.vectors)('decide as this one does: $name', ({ requests }) => {
    const keys = new Map(Object.entries(vectorKeys).map(([id, key]) => [id, Buffer.from(key, 'base64url')]));
    const verifier = new ViewerVerifier(keys, file.subgraph);
    for (const { header, body: text, now, accepted, claims = '', address } of requests) {
      vi.setSystemTime(now);
      const result = code(() => verifier.verify(header, text));
      expect(result).toBe(accepted ? 'verified' : 'UNAUTHENTICATED');
      if (!accepted) continue;
      expect(Buffer.from(header.split('.')[4] ?? '', 'base64url').toString()).toBe(claims);
      expect(signedAddress(header)).toBe(address);
    }
  });
});

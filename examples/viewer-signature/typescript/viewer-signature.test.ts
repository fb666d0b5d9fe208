// Checks the verifier against the test vectors.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readKeys, ViewerSignatures } from './viewer-signature.ts';

interface Request {
  header: string;
  body: string;
  now: number;
  accepted: boolean;
  claims?: string;
  address?: string | null;
}
const { subgraph, keys, vectors } = JSON.parse(
  readFileSync(new URL('../vectors.json', import.meta.url), 'utf8'),
) as { subgraph: string; keys: Record<string, string>; vectors: { name: string; requests: Request[] }[] };

describe('the verifier in TypeScript', () => {
  it.each(vectors)('decides rightly: $name', ({ requests }) => {
    let now = 0;
    const text = Object.entries(keys).map(([id, key]) => `${id}:${key}`);
    const signatures = new ViewerSignatures(readKeys(text.join()), subgraph, () => now);
    for (const request of requests) {
      now = request.now;
      const verified = signatures.verify(request.header, Buffer.from(request.body));
      const { claims = '', address } = request;
      expect(verified).toEqual(request.accepted ? { viewer: JSON.parse(claims), claims, address } : null);
    }
  });
});

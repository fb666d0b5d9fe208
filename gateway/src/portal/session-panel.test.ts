// The script that carries the pages' token into the playground, run over a document that has just what it uses.
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';

const script = readFileSync(new URL('./panel/session.js', import.meta.url), 'utf8');
const origin = 'https://graph.example';
const stored = { token: 'abc', purpose: 'CARE', name: 'care-worker · 410105', expiresAt: null };

class Element {
  textContent = '';
  children: Element[] = [];
  append(...children: Element[]): void {
    this.children.push(...children);
  }
}

/** A playground whose tab has this session, and what its requests were sent with. */
function openPlayground(session: object | null) {
  const sent: Headers[] = [];
  const body = new Element();
  const window = {
    fetch: (_resource: string, options: RequestInit = {}) => void sent.push(new Headers(options.headers)),
  };
  runInNewContext(script, {
    Headers,
    window,
    navigator: { language: 'en' },
    location: new URL(`${origin}/playground/`),
    sessionStorage: { getItem: () => JSON.stringify(session) },
    document: { body, createElement: () => new Element() },
  });
  return { fetch: window.fetch, sent, shown: body.children[0]?.children[1]?.textContent };
}

it('sends the token and the purpose with operations, and shows whose token it is', () => {
  const { fetch, sent, shown } = openPlayground(stored);
  fetch(`${origin}/graphql`, { method: 'POST' });
  expect([sent[0]?.get('authorization'), sent[0]?.get('x-purpose')]).toEqual(['Bearer abc', 'CARE']);
  expect(shown).toBe('Signed in: care-worker · 410105');
});

it('leaves the token that a window has itself', () => {
  const { fetch, sent } = openPlayground(stored);
  fetch(`${origin}/graphql`, { headers: { authorization: 'Bearer own' } });
  expect([sent[0]?.get('authorization'), sent[0]?.get('x-purpose')]).toEqual(['Bearer own', null]);
});

it('sends the token nowhere else', () => {
  const { fetch, sent } = openPlayground(stored);
  for (const address of ['https://other.example/graphql', `${origin}/playground/main.js`]) fetch(address);
  expect(sent.map((headers) => headers.get('authorization'))).toEqual([null, null]);
});

it.each([[null], [{ ...stored, expiresAt: 1 }]])('sends none with the session %j', (session) => {
  const { fetch, sent, shown } = openPlayground(session);
  fetch(`${origin}/graphql`);
  expect([sent[0]?.get('authorization'), shown]).toEqual([null, 'Not signed in: public data']);
});

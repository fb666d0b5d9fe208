import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from './gateway-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'gateway-config-test-'));
const file = join(folder, 'supergraph.graphql');
beforeAll(() =>
  writeFileSync(file, 'enum join__Graph { CREWS @join__graph(name: "crews", url: "http://127.0.0.1:9") }'),
);
afterAll(() => rmSync(folder, { recursive: true }));

it('reports faults in settings that protect the gateway', () => {
  const faulty = (env: Record<string, string>) => () => readConfig({ SUPERGRAPH: file, ...env });
  expect(faulty({ TLS_CERT_FILE: file })).toThrow(/TLS_KEY_FILE/);
  expect(faulty({ SUBGRAPH_CA_FILE: '/nowhere.pem' })).toThrow(/SUBGRAPH_CA_FILE/);
  expect(faulty({ TRUSTED_DOCUMENTS: 'yes' })).toThrow(/log-unknown/);
  expect(faulty({ TRUSTED_DOCUMENTS: 'enforce' })).toThrow(/TRUSTED_DOCUMENTS_DIR/);
  expect(faulty({ MAX_DEPTH: '0', VIEWER_RATE: '-1', INTROSPECTION: 'no' })).toThrow(
    /VIEWER_RATE[\s\S]*MAX_DEPTH[\s\S]*INTROSPECTION/,
  );
  expect(faulty({ ALLOWED_ORIGINS: '*' })).toThrow(/ALLOWED_ORIGINS/);
});

it('reports every fault at once', () => {
  expect(() =>
    readConfig({
      PORT: 'x',
      SUPERGRAPH: '/nowhere',
      PLAYGROUND: 'maybe',
      PLACES_URL: 'places',
      ALLOWED_ORIGINS: 'https://app.example, app.example',
    }),
  ).toThrow(/PORT[\s\S]*SUPERGRAPH[\s\S]*PLACES_URL[\s\S]*PLAYGROUND[\s\S]*ALLOWED_ORIGINS/);
});

it('checks the addresses of the supergraph’s subgraphs and of Redis, and no variable of another program', () => {
  const others = { SUPERGRAPH: file, FOO_URL: 'x', SENTRY_URL: 'no address', WIKI_DATABASE_URL: 'x' };
  expect(readConfig(others).addressOf('crews')).toBeNull();
  const ours = { CREWS_URL: 'crews', PLACES_URL: 'places', REDIS_URL: 'redis' };
  for (const [variable, value] of Object.entries(ours))
    expect(() => readConfig({ ...others, [variable]: value })).toThrow(new RegExp(`^${variable} 应为`));
});

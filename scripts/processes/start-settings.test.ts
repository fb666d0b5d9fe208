// npm start with foreign subgraphs: their entries are checked before anything starts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readSettings } from './start-settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'start-settings-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const entry = {
  name: 'canteens',
  url: 'http://127.0.0.1:7001/graphql',
  sdl: 'canteens.graphql',
  identity: 'viewer-signature',
  viewerKeys: { env: 'CANTEENS_VIEWER_KEYS' },
};
const SUBGRAPHS_FILE = join(folder, 'subgraphs.json');
const settingsWith = (list: unknown, env: Record<string, string> = {}) => {
  writeFileSync(SUBGRAPHS_FILE, JSON.stringify(list));
  return readSettings({ SUBGRAPHS_FILE, ...env });
};

it('starts no process for a foreign subgraph, whose viewers are signed without VIEWER_KEYS in the environment', () => {
  const CANTEENS_VIEWER_KEYS = `one:${Buffer.alloc(32, 'canteens').toString('base64url')}`;
  const { subgraphs } = settingsWith([entry], { CANTEENS_VIEWER_KEYS });
  expect(subgraphs.map(({ name }) => name)).toContain('places');
  expect(subgraphs.map(({ name }) => name)).not.toContain('canteens');
});

it('reports the faults of its entry together with those of other settings', () => {
  expect(() => settingsWith([entry], { PLACES_PORT: 'x' })).toThrow(
    /canteens\.viewerKeys[\s\S]*CANTEENS_VIEWER_KEYS[\s\S]*PLACES_PORT/,
  );
});

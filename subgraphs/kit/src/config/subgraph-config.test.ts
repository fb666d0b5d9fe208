import { expect, it } from 'vitest';
import { readConfig } from './subgraph-config.ts';

const PLACES_DATABASE_URL = 'postgres://127.0.0.1/places';

it('gives no traces unless they are switched on', () => {
  const tracing = (env: NodeJS.ProcessEnv) =>
    readConfig('places', 4001, { PLACES_DATABASE_URL, ...env }).tracing;
  expect(tracing({})).toBe(false);
  expect(tracing({ FEDERATED_TRACING: '' })).toBe(false);
  expect(tracing({ FEDERATED_TRACING: 'off' })).toBe(false);
  expect(tracing({ FEDERATED_TRACING: 'on' })).toBe(true);
});

it('limits bulk reads and writes anchors as it is set to', () => {
  const config = (env: NodeJS.ProcessEnv) => readConfig('places', 4001, { PLACES_DATABASE_URL, ...env });
  expect(config({})).toMatchObject({ bulkReads: {}, accessAnchorsDir: null });
  const settings = { PLACES_MAX_PERSONS_PER_DAY: '50', ACCESS_ANCHORS_DIR: '/mnt/anchors' };
  expect(config(settings)).toMatchObject({ bulkReads: { day: 50 }, accessAnchorsDir: '/mnt/anchors' });
  expect(() => config({ PLACES_MAX_PERSONS_PER_10_MINUTES: 'many' })).toThrow(
    /PLACES_MAX_PERSONS_PER_10_MINUTES/,
  );
});

it('reports every fault at once', () => {
  expect(() => readConfig('places', 4001, { PLACES_PORT: 'x', FEDERATED_TRACING: 'ftv1' })).toThrow(
    /PLACES_PORT.*PLACES_DATABASE_URL.*FEDERATED_TRACING/s,
  );
});

it('encrypts with the cipher that is set, and refuses one that it does not know', () => {
  const ring = (env: NodeJS.ProcessEnv) =>
    readConfig('places', 4001, { PLACES_DATABASE_URL, ...env }).keyring;
  const PLACES_KEYS = `one:${Buffer.alloc(32).toString('base64url')}`;
  expect(ring({ PLACES_KEYS })).toMatchObject({ cipher: 'aes-256-gcm', ids: ['one'] });
  expect(ring({ PLACES_KEYS, COLUMN_CIPHER: 'sm4-gcm' })).toMatchObject({ cipher: 'sm4-gcm', ids: ['one'] });
  expect(ring({ COLUMN_CIPHER: 'sm4-gcm' }).cipher).toBe('sm4-gcm');
  expect(() => ring({ COLUMN_CIPHER: 'des' })).toThrow(/COLUMN_CIPHER.*sm4-gcm/);
  expect(() => ring({ COLUMN_CIPHER: 'des', PLACES_KEYS: 'short' })).toThrow(
    /COLUMN_CIPHER[\s\S]*PLACES_KEYS/,
  );
});

it('refuses a database whose connection cannot be protected as its address says', () => {
  const config = (parameters: string) => () =>
    readConfig('places', 4001, {
      PLACES_DATABASE_URL: `${PLACES_DATABASE_URL}?${parameters}`,
      PLACES_PORT: 'x',
    });
  expect(config('sslmode=strict')).toThrow(/PLACES_PORT[\s\S]*PLACES_DATABASE_URL.*received strict/);
  expect(config('sslmode=verify-full&sslrootcert=/nowhere.pem')).toThrow(
    /PLACES_DATABASE_URL.*There is no file \/nowhere.pem/,
  );
});

import { expect, it } from 'vitest';
import { readConfig } from './config.ts';

const PLACES_DATABASE_URL = 'postgres://127.0.0.1/places';

it('gives no traces unless it is told to', () => {
  const tracing = (env: NodeJS.ProcessEnv) =>
    readConfig('places', 4001, { PLACES_DATABASE_URL, ...env }).tracing;
  expect(tracing({})).toBe(false);
  expect(tracing({ FEDERATED_TRACING: '' })).toBe(false);
  expect(tracing({ FEDERATED_TRACING: 'off' })).toBe(false);
  expect(tracing({ FEDERATED_TRACING: 'on' })).toBe(true);
});

it('tells every fault at once', () => {
  expect(() => readConfig('places', 4001, { PLACES_PORT: 'x', FEDERATED_TRACING: 'ftv1' })).toThrow(
    /PLACES_DATABASE_URL.*FEDERATED_TRACING.*PLACES_PORT/s,
  );
});

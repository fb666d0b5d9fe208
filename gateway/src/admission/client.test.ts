import { anonymous, viewerFromClaims } from '@district-graph/kit/identity/viewer';
import { expect, it } from 'vitest';
import { Client } from './client.ts';
import { viewerKeyBy } from './viewer-key.ts';

const request = { headers: { authorization: 'Bearer token' }, address: '10.0.0.1' };
const keyOf = viewerKeyBy(0);

it('is counted by its viewer if its token is valid', () => {
  const viewer = viewerFromClaims({ id: 'li' });
  const client = new Client(request, { viewer, error: null, isVerified: true }, keyOf);
  expect([client.viewerId, client.key]).toEqual(['li', 'v:li']);
});

it('is counted by its address if its token was rejected or it sent none', () => {
  const rejected = new Client(
    request,
    { viewer: null, error: new Error('invalid'), isVerified: true },
    keyOf,
  );
  const without = new Client(
    { ...request, headers: {} },
    { viewer: anonymous, error: null, isVerified: true },
    keyOf,
  );
  expect([rejected.viewerId, rejected.key]).toEqual([undefined, 'i:10.0.0.1']);
  expect([without.viewerId, without.key]).toEqual([undefined, 'i:10.0.0.1']);
});

it('is counted by its token if the gateway verifies none', () => {
  const client = new Client(request, { viewer: null, error: null, isVerified: false }, keyOf);
  expect(client.key).toMatch(/^a:/);
});

it('computes its key once', () => {
  let computed = 0;
  const counting = () => {
    computed += 1;
    return 'key';
  };
  const client = new Client(request, { viewer: null, error: null, isVerified: false }, counting);
  expect([client.key, client.key, computed]).toEqual(['key', 'key', 1]);
});

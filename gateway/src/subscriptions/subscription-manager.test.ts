import { expect, it } from 'vitest';
import { Client } from '../admission/client.ts';
import { viewerKeyBy } from '../admission/viewer-key.ts';
import { SubscriptionManager } from './subscription-manager.ts';

const unexpected = () => {
  throw new Error('unexpected');
};

it('refuses a subscription on a socket whose token has expired since it was verified', async () => {
  const manager = new SubscriptionManager({
    engine: unexpected,
    endpointOf: unexpected,
    contextFor: () => ({
      call: unexpected,
      viewer: 'li',
      hasEnded: () => true,
      requester: { key: 'li', charge: () => {} },
      headers: {},
    }),
    execute: unexpected,
    acquireStream: unexpected,
    maxStreams: 10,
    log: () => {},
  });
  const client = new Client(
    { headers: {}, address: '127.0.0.1' },
    { viewer: null, error: null, isVerified: false },
    viewerKeyBy(0),
  );
  const operation = {
    query: 'subscription { visitChanged(within: "410105") { id } }',
    operationName: null,
    variables: null,
    extensions: null,
    method: 'POST' as const,
  };
  await expect(manager.subscribe(operation, client, null)).rejects.toMatchObject({
    status: 401,
    code: 'UNAUTHENTICATED',
  });
  manager.close();
});

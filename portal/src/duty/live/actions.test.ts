import { createClient } from '@district-graph/client';
import { answeringFetch } from '@district-graph/client/testing/answering-fetch';
import { expect, it } from 'vitest';
import { Actions } from './actions.ts';
import { IdempotencyKeys } from './idempotency-keys.ts';
import { advanceIncident } from './operations.ts';

const memory = () => {
  const values = new Map<string, string>();
  return {
    getItem: (name: string) => values.get(name) ?? null,
    setItem: (name: string, value: string) => void values.set(name, value),
  };
};
const input = { incidentId: '1', to: 'ACKNOWLEDGED' };
const done = { body: { data: { advanceIncident: { __typename: 'Incident', id: '1' } } } };

/** Actions over a network that answers with these, and the keys that were sent. */
function opened(answers: Parameters<typeof answeringFetch>, store = memory()) {
  const { fetch, received } = answeringFetch(...answers);
  const client = createClient({ url: 'http://graph.test/graphql', fetch, retries: 0, language: 'en' });
  const actions = new Actions(client, new IdempotencyKeys(store));
  return {
    send: (values: Record<string, unknown> = input) =>
      actions.send('advanceIncident', advanceIncident, values),
    keys: () => received.map(({ body }) => body.variables.input.idempotencyKey as string),
  };
}

it('an action whose answer was lost is sent again with the same key, even after the page was loaded again', async () => {
  const store = memory();
  const before = opened([new Error('connection reset')], store);
  expect(await before.send()).toMatchObject({ kind: 'failed', error: { code: 'NETWORK_ERROR' } });
  expect(await before.send()).toMatchObject({ kind: 'failed' });
  const after = opened([done], store);
  expect(await after.send({ to: 'ACKNOWLEDGED', incidentId: '1' })).toMatchObject({ kind: 'done' });
  const keys = [...before.keys(), ...after.keys()];
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(new Set(keys).size).toBe(1);
});

it('another input, and the same action after an answer, have keys of their own', async () => {
  const { send, keys } = opened([done]);
  await send();
  await send();
  await send({ ...input, note: 'on site' });
  expect(new Set(keys()).size).toBe(3);
});

it('a refusal of the result union is an outcome with its message', async () => {
  const refusal = { __typename: 'InvalidTransition', code: 'INVALID_TRANSITION', message: '不可。 Not now.' };
  const { send } = opened([{ body: { data: { advanceIncident: refusal } } }]);
  expect(await send()).toEqual({ kind: 'refused', message: '不可。 Not now.' });
});

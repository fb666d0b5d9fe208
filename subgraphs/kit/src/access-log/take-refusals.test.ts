import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { UnfinishedBodies } from '../admission/unfinished-bodies.ts';
import { developmentKeyring as keyring } from '../encryption/keyring.ts';
import { type GraphQLServer, serveGraphQL } from '../http/graphql-server.ts';
import { Identity } from '../identity/identity.ts';
import { anonymous, type Viewer, viewerFromClaims } from '../identity/viewer.ts';
import { claimsText, signViewer, viewerHeader } from '../identity/viewer-signature.ts';
import { careWorker, type KitDatabase, kitDatabase, tampering } from '../testing/access-records.ts';
import { client } from '../testing/http.ts';
import { headersOf, testIdentity } from '../testing/identity.ts';
import {
  type GatewayRefusal,
  maxGatewayRefusals,
  refusalsPath,
  refusalsText,
  refusalText,
} from './gateway-refusals.ts';
import { AccessRecords } from './records.ts';
import { takeRefusals } from './take-refusals.ts';
import { verifyAccessRecords } from './verification.ts';

const { tokens, viewerKeys } = testIdentity;
let database: KitDatabase;
let records: AccessRecords;
let server: GraphQLServer;
let logged: Record<string, unknown>[];
const http = client(() => server.port);

beforeAll(async () => {
  database = await kitDatabase('take_refusals');
  records = new AccessRecords({ sql: database.sql, keyring, log: (event) => logged.push(event) });
  const identity = new Identity({ tokens, apiKeys: null, gateway: { keys: viewerKeys, subgraph: 'care' } });
  server = await serveGraphQL(
    {
      answer: () => Promise.reject(new Error('no GraphQL request is expected')),
      checkReady: async () => ({}),
      answerPage: async (request, response) => {
        await takeRefusals(records, identity, request, response, new UnfinishedBodies());
        return true;
      },
      maxBodyBytes: 1000,
    },
    0,
    '127.0.0.1',
  );
});
beforeEach(async () => {
  logged = [];
  await tampering(database.sql, (sql) => sql`truncate access_record`);
});
afterAll(async () => {
  await server.close();
  await records.stop();
  await database.drop();
});

const analyst = viewerFromClaims({
  id: 'analyst',
  bureau: 'statistics',
  roles: ['analyst'],
  divisions: ['410105'],
});
const refusal: GatewayRefusal = {
  operation: 'Peek',
  requestId: 'request-41',
  field: 'Query.elder',
  address: '203.0.113.7',
};
const textOf = (...refusals: GatewayRefusal[]) => refusalsText(refusals.map(refusalText));
const one = textOf(refusal);
const json = { 'content-type': 'application/json' };

const signed = (body: string, viewer: Viewer = analyst, subgraph = 'care') => {
  const latin1 = Buffer.from(body).toString('latin1');
  return { ...json, [viewerHeader]: signViewer(viewerKeys, claimsText(viewer), subgraph, latin1) };
};
const post = async (body: string, headers: Record<string, string> = signed(body)) => {
  const { status, code = null, text } = await http.send('POST', refusalsPath, headers, body);
  return { status, code, text };
};
const onRecord = async () => {
  await records.written();
  return [...(await database.sql`select * from access_record order by sequence`)];
};

describe('a refusal of the gateway', () => {
  it('is recorded with viewer, purpose, operation and request, in the division of the viewer', async () => {
    expect(await post(one, signed(one, { ...analyst, purpose: 'CARE' }))).toEqual({
      status: 204,
      code: null,
      text: '',
    });
    expect(await onRecord()).toMatchObject([
      {
        outcome: 'REFUSED',
        viewer: 'analyst',
        bureau: 'statistics',
        purpose: 'CARE',
        operation: 'Peek',
        requestId: 'request-41',
        subjectType: 'Query',
        subjectId: 'elder',
        divisionCode: '410105',
        fields: ['elder'],
      },
    ]);
  });

  it.each<[string, string[]]>([
    ['without a division', []],
    ['in several divisions', ['410105', '410102']],
  ])('is recorded for the city if the viewer is %s', async (_what, divisions) => {
    const viewer = viewerFromClaims({ id: 'analyst', divisions });
    expect((await post(one, signed(one, viewer))).status).toBe(204);
    expect(await onRecord()).toMatchObject([{ divisionCode: '410100' }]);
  });

  it('is a record of its own, in a chain that verifies', async () => {
    const refusals = Array.from({ length: maxGatewayRefusals }, (_, index) => ({
      operation: index % 2 ? null : '名'.repeat(200),
      requestId: index % 3 ? null : `请求${index}`,
      field: index % 5 ? 'Mutation.closeElder' : 'Elder.visits',
      address: index % 2 ? null : '203.0.113.7',
    }));
    const body = textOf(...refusals);
    expect((await post(body)).status).toBe(204);
    expect(
      (await onRecord()).map(({ operation, requestId, address, subjectType, subjectId }) => ({
        operation,
        requestId,
        field: `${subjectType}.${subjectId}`,
        address,
      })),
    ).toEqual(refusals);
    expect(await verifyAccessRecords(database.sql, keyring)).toMatchObject({
      records: maxGatewayRefusals,
      faults: [],
    });
  });

  it('is truncated and cleaned to what a record can store', async () => {
    const body = textOf({
      ...refusal,
      operation: 'O'.repeat(5000),
      requestId: `\0\ud800${'x'.repeat(5000)}`,
    });
    expect((await post(body)).status).toBe(204);
    expect(await onRecord()).toMatchObject([
      { operation: 'O'.repeat(200), requestId: `\ufffd\ufffd${'x'.repeat(198)}` },
    ]);
  });

  it('is only counted for an anonymous viewer', async () => {
    expect((await post(one, signed(one, anonymous))).status).toBe(204);
    expect(await onRecord()).toEqual([]);
    records.flushRefusals();
    expect(logged).toEqual([{ event: 'refusals not on record', anonymous: 1, beyond: 0 }]);
  });
});

it('records an anonymous request that the gateway refused, however many this subgraph has refused in that minute', async () => {
  const body = textOf({ ...refusal, field: 'Request.authorization' });
  for (let time = 0; time < 2; time += 1)
    expect((await post(body, signed(body, anonymous))).status).toBe(204);
  expect(await onRecord()).toMatchObject([
    { viewer: 'anonymous', subjectType: 'Request', subjectId: 'authorization' },
    { viewer: 'anonymous', subjectType: 'Request', subjectId: 'authorization' },
  ]);
});

describe('nothing is recorded of', () => {
  it.each<[string, () => Promise<Record<string, string>>]>([
    ['a message without a signature', async () => json],
    [
      'a message with a client’s token',
      async () => ({ ...json, ...(await headersOf({ roles: ['care-manager'] })) }),
    ],
    ['a signature over another body', async () => signed(textOf({ ...refusal, operation: 'Other' }))],
    ['a signature for another subgraph', async () => signed(one, analyst, 'culture')],
    [
      'the signature of another viewer’s message',
      async () => {
        const headers = signed(one);
        const parts = String(headers[viewerHeader]).split('.');
        parts[4] = claimsText(careWorker('li'));
        return { ...headers, [viewerHeader]: parts.join('.') };
      },
    ],
  ])('%s', async (_what, headers) => {
    expect(await post(one, await headers())).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect(await onRecord()).toEqual([]);
  });

  it('a message that was sent before', async () => {
    const headers = signed(one);
    expect((await post(one, headers)).status).toBe(204);
    expect(await post(one, headers)).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect(await onRecord()).toHaveLength(1);
  });

  it('a body that is too long, which is not read, or whose type is not JSON', async () => {
    const long = ' '.repeat(131_073);
    expect(await post(long)).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
    const text = { ...signed(one), 'content-type': 'text/plain' };
    expect(await post(one, text)).toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
    expect(await onRecord()).toEqual([]);
  });

  const entry = (more: Record<string, unknown>) =>
    JSON.stringify({ refusals: [refusal, { ...refusal, ...more }] });
  it.each<[string, string]>([
    ['no JSON', '{'],
    ['no refusals', '{}'],
    ['null', 'null'],
    ['a list', `[${JSON.stringify(refusal)}]`],
    ['an empty list', '{"refusals":[]}'],
    ['an object instead of the list', '{"refusals":{"length":1}}'],
    ['a hundred and one', textOf(...Array(maxGatewayRefusals + 1).fill(refusal))],
    ['a null entry', '{"refusals":[null]}'],
    ['a string entry', '{"refusals":["Query.elder"]}'],
    ['an unknown member', entry({ viewer: 'root' })],
    ['a missing member', JSON.stringify({ refusals: [{ field: 'Query.elder', operation: null }] })],
    ['an operation that is not a string', entry({ operation: 1 })],
    ['an empty operation name', entry({ operation: '' })],
    ['an operation too long', entry({ operation: 'x'.repeat(201) })],
    ['a request id that is not a string', entry({ requestId: ['a'] })],
    ['a request id too long', entry({ requestId: 'x'.repeat(201) })],
    ['a field without a type', entry({ field: 'elder' })],
    ['a field of a field', entry({ field: 'Query.elder.name' })],
    ['a field followed by a line break', entry({ field: 'Query.elder\n' })],
    ['a field too long', entry({ field: `Query.${'x'.repeat(101)}` })],
    ['a field that is not a string', entry({ field: { toString: 'Query.elder' } })],
  ])('a body with %s, nor of its other entries', async (_what, body) => {
    expect(await post(body)).toMatchObject({
      status: 400,
      code: 'BAD_REQUEST',
      text: expect.stringMatching(/应[^。]*，收到 [^。]+。 [^。]*expected [^。]*, received /),
    });
    expect(await onRecord()).toEqual([]);
  });
});

import { newId } from '@district-graph/kit/database/ids';
import { type RoleName, roles } from '@district-graph/kit/identity/roles';
import { viewerFromClaims } from '@district-graph/kit/identity/viewer';
import { claimsText, signViewer, viewerHeader } from '@district-graph/kit/identity/viewer-signature';
import { client } from '@district-graph/kit/testing/http';
import { headersOf, testIdentity, tokenOf, trusted } from '@district-graph/kit/testing/identity';
import {
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isRequiredInputField,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { supergraph } from '../access/protected-fields.ts';
import { home, type Ids, secrets, settle } from '../access/protected-records.ts';
import { startTestGraph, type TestGraph } from '../testkit/test-graph.ts';

let town: TestGraph;
let ids: Ids;
beforeAll(async () => {
  town = await startTestGraph();
  ids = await settle(town);
});
afterAll(() => town.stop());

const gateway = client(() => Number(new URL(town.url).port));
const subgraphClient = (name: string) => client(() => Number(new URL(town.subgraphs[name]?.url ?? '').port));
const ask = async (
  door: typeof gateway,
  query: string,
  headers: Record<string, string> = {},
  variables = {},
) => {
  const { status, text } = await door.post({ query, variables }, headers);
  const { data, errors } = JSON.parse(text);
  return {
    status,
    text,
    data,
    codes: (errors ?? []).map((error: { extensions: { code: string } }) => error.extensions.code),
  };
};
const told = (text: string) =>
  Object.values(secrets)
    .flat()
    .filter((secret) => text.includes(secret));
const elsewhere = (role: RoleName, purpose?: string) =>
  headersOf({ roles: [role], divisions: ['410102'] }, purpose);

/** A value of the type that is well formed; ids name nothing. */
function exampleOf(type: GraphQLInputType): unknown {
  const bare = getNullableType(type);
  if (isListType(bare)) return [exampleOf(bare.ofType)];
  if (isEnumType(bare)) return bare.getValues()[0]?.name;
  if (isInputObjectType(bare))
    return Object.fromEntries(
      Object.values(bare.getFields())
        .filter(isRequiredInputField)
        .map((field) => [field.name, field.name === 'divisionCode' ? home : exampleOf(field.type)]),
    );
  const values: Record<string, unknown> = {
    ID: newId('410105'),
    String: '示例',
    Int: 1,
    Float: 34.8,
    Long: 1,
    Boolean: true,
    Date: '2026-01-01',
    DateTime: '2099-01-01T00:00:00+08:00',
    PartialDate: '1940',
  };
  return values[getNamedType(bare).name];
}

const mutations = Object.values(supergraph.getMutationType()?.getFields() ?? {}).map((field) => {
  const rule = field.astNode?.directives?.find(({ name }) => name.value === 'access');
  const scope = rule?.arguments?.find(({ name }) => name.value === 'scope')?.value;
  const input = field.args[0]?.type as GraphQLInputType;
  return {
    name: field.name,
    scope: scope?.kind === 'StringValue' ? scope.value : null,
    query: `mutation ($input: ${String(input)}) { ${field.name}(input: $input) { __typename } }`,
    input: exampleOf(input),
  };
});

describe('every function is for who has its scope (API5:2023)', () => {
  it('each mutation bears a rule', () => {
    expect(mutations.length).toBeGreaterThan(90);
    expect(mutations.filter(({ scope }) => scope === null).map(({ name }) => name)).toEqual([]);
  });

  it.each(['anonymous', ...Object.keys(roles)])(
    '%s is refused all others at the gateway and at the subgraphs',
    async (name) => {
      const role = name === 'anonymous' ? null : (name as RoleName);
      const headers = role ? await headersOf({ roles: [role], divisions: ['410105'] }) : {};
      const own: readonly string[] = role ? roles[role].scopes : [];
      const wrong: string[] = [];
      for (const { name: mutation, scope, query, input } of mutations) {
        if (own.includes(scope ?? '')) continue;
        const { codes, data } = await ask(gateway, query, headers, { input });
        if (codes[0] !== 'FORBIDDEN' || data?.[mutation]) wrong.push(`${mutation}: ${codes}`);
      }
      expect(wrong).toEqual([]);
      for (const [subgraph, { sql }] of Object.entries(town.subgraphs)) {
        const [before] = await sql`select count(*)::integer as events from change_event`;
        for (const { name: mutation, scope, query, input } of mutations) {
          if (own.includes(scope ?? '')) continue;
          const { codes, data } = await ask(subgraphClient(subgraph), query, headers, { input });
          if (!['FORBIDDEN', 'GRAPHQL_VALIDATION_FAILED'].includes(codes[0]) || data?.[mutation])
            wrong.push(`${subgraph} ${mutation}: ${codes}`);
        }
        const [after] = await sql`select count(*)::integer as events from change_event`;
        expect(after).toEqual(before);
      }
      expect(wrong).toEqual([]);
    },
  );

  it('each mutation named by someone with its scope is judged by its input', async () => {
    for (const { scope, query, input } of mutations) {
      const headers = await headersOf({ scopes: [scope as never], divisions: ['410105'] });
      const { codes } = await ask(gateway, query, headers, { input });
      expect([query, codes[0]]).not.toEqual([query, 'GRAPHQL_VALIDATION_FAILED']);
    }
  });
});

describe('every object is for who may see that one (API1:2023)', () => {
  const edits = (): [string, RoleName, Record<string, unknown>][] => [
    ['updateElder', 'care-manager', { elderId: ids.Elder }],
    ['updateCareWorker', 'care-manager', { careWorkerId: ids.CareWorker }],
    ['updateMonitoringPlatform', 'device-maintainer', { platformId: ids.MonitoringPlatform }],
    ['updateCamera', 'device-maintainer', { cameraId: ids.Camera }],
    ['updateSanitationCrew', 'sanitation-dispatcher', { crewId: ids.SanitationCrew }],
  ];

  it('an edit that changes nothing tells nothing of a record elsewhere, at whichever version', async () => {
    for (const [action, role, input] of edits())
      for (const version of [1, 2, 99]) {
        const type = `${action[0]?.toUpperCase()}${action.slice(1)}`;
        const query = `mutation ($input: ${type}Input!) { ${action}(input: $input) { __typename ... on VersionConflict { current } } }`;
        const { data, codes, text } = await ask(gateway, query, await elsewhere(role), {
          input: { ...input, version },
        });
        expect([action, data, codes]).toEqual([action, { [action]: null }, ['FORBIDDEN']]);
        expect(text).not.toContain('410105007');
      }
  });

  it('a step of something elsewhere is refused before its state is told', async () => {
    const steps: [string, RoleName, Record<string, unknown>][] = [
      ['completeCareVisit', 'care-worker', { visitId: ids.CareVisit }],
      ['paySubsidy', 'care-manager', { subsidyId: ids.Subsidy }],
      ['advanceIncident', 'duty-officer', { incidentId: ids.Incident, to: 'CLOSED' }],
      ['cancelBooking', 'venue-manager', { bookingId: ids.Booking }],
    ];
    for (const [action, role, input] of steps) {
      const type = `${action[0]?.toUpperCase()}${action.slice(1)}`;
      const query = `mutation ($input: ${type}Input!) { ${action}(input: $input) { __typename ... on InvalidTransition { from } } }`;
      const { data, codes } = await ask(gateway, query, await elsewhere(role), { input });
      expect([action, data, codes]).toEqual([action, { [action]: null }, ['FORBIDDEN']]);
    }
  });

  it('the key of a record elsewhere and one of nothing differ by their codes alone: keys have 62 random bits', async () => {
    const headers = await elsewhere('care-manager');
    const there = await ask(gateway, `{ elder(id: "${ids.Elder}") { name } }`, headers);
    const nowhere = await ask(gateway, `{ elder(id: "${newId('410105')}") { name } }`, headers);
    expect([there.codes, there.data]).toEqual([['FORBIDDEN'], { elder: null }]);
    expect([nowhere.codes, nowhere.data]).toEqual([[], { elder: null }]);
    const edit = 'mutation ($input: UpdateElderInput!) { updateElder(input: $input) { __typename } }';
    const missing = await ask(gateway, edit, headers, { input: { elderId: newId('410105'), version: 1 } });
    expect(missing.codes).toEqual(['NO_SUCH_RECORD']);
    // The last 64 bits but the two of the variant, of the system's random source.
    const keys = Array.from({ length: 1000 }, () => newId('410105').slice(20));
    expect(new Set(keys).size).toBe(1000);
  });

  it('who may see nothing at all is told the same of every key', async () => {
    const answers = await Promise.all(
      [ids.Elder, newId('410105'), 'x'].map(
        async (id) => (await ask(gateway, `{ elder(id: "${id}") { name } }`)).text,
      ),
    );
    expect(new Set(answers).size).toBe(1);
  });

  it('many keys in one request are each judged by itself', async () => {
    const of = Array.from({ length: 10 }, (_each, index) => (index === 4 ? ids.Elder : newId('410105')));
    const query = `{ ${of.map((id, index) => `e${index}: elder(id: "${id}") { name }`).join(' ')} }`;
    const answer = await ask(gateway, query, await elsewhere('care-manager', 'CARE'));
    expect([answer.codes, told(answer.text)]).toEqual([['FORBIDDEN'], []]);
    const inside = await ask(
      gateway,
      query,
      await headersOf({ roles: ['care-manager'], divisions: ['410105'] }),
    );
    expect([inside.data.e4.name, told(inside.text)]).toEqual(['欧***', []]);
  });
});

describe('properties are judged one by one (API3:2023)', () => {
  it('a masked value is masked by whatever name it goes, and in no extension or error', async () => {
    const query = `query ($id: ID!) { elder(id: $id) { id: name name: phone phone: address division { name: code } ...A } }
      fragment A on Elder { address: name emergencyContacts { relationship: name } }`;
    const headers = {
      ...(await headersOf({ roles: ['care-manager'], divisions: ['410105'] })),
      'graphql-cost-report': '1',
    };
    const { text, codes } = await ask(gateway, query, headers, { id: ids.Elder });
    expect([codes, told(text)]).toEqual([[], []]);
  });

  it('introspection names fields and rules, and no data', async () => {
    const { text } = await ask(
      gateway,
      '{ __schema { types { name description fields { name description args { defaultValue } } } directives { name } } }',
    );
    expect(told(text)).toEqual([]);
    for (const each of Object.values(ids)) expect(text).not.toContain(each);
  });
});

describe('the gateway’s word for who asks', () => {
  const claims = claimsText(
    viewerFromClaims({ id: 'root', roles: Object.keys(roles), divisions: ['410100'] }),
  );
  const body = () => JSON.stringify({ query: `{ elder(id: "${ids.Elder}") { name } }` });

  it.each<[string, () => Record<string, string>]>([
    ['unsigned', () => ({ [viewerHeader]: claims })],
    [
      'signed by a key of one’s own',
      () => ({
        [viewerHeader]: signViewer(
          new Map([['test', Buffer.alloc(32, 'x')]]),
          claims,
          'elderly-care',
          body(),
        ),
      }),
    ],
    [
      'signed for another subgraph',
      () => ({ [viewerHeader]: signViewer(testIdentity.viewerKeys, claims, 'places', body()) }),
    ],
    [
      'signed for another body',
      () => ({ [viewerHeader]: signViewer(testIdentity.viewerKeys, claims, 'elderly-care', '{}') }),
    ],
  ])('is not taken from a client that reaches a subgraph: %s', async (_what, headers) => {
    const { status, code, text } = await subgraphClient('elderly-care').send(
      'POST',
      '/graphql',
      { 'content-type': 'application/json', ...headers() },
      body(),
    );
    expect([status, code, told(text)]).toEqual([401, 'UNAUTHENTICATED', []]);
  });

  it('is taken once', async () => {
    const header = {
      'content-type': 'application/json',
      [viewerHeader]: signViewer(testIdentity.viewerKeys, claims, 'elderly-care', body()),
    };
    const door = subgraphClient('elderly-care');
    expect((await door.send('POST', '/graphql', header, body())).status).toBe(200);
    expect((await door.send('POST', '/graphql', header, body())).status).toBe(401);
  });

  it('is not taken from a client at the gateway, nor are headers of other systems', async () => {
    const headers = {
      [viewerHeader]: signViewer(testIdentity.viewerKeys, claims, 'elderly-care', body()),
      'x-user-id': 'root',
      'x-roles': 'care-manager',
      'x-forwarded-user': 'root',
      'x-hasura-role': 'admin',
      'apollo-federation-include-trace': 'ftv1',
    };
    const { codes, text } = await ask(gateway, `{ elder(id: "${ids.Elder}") { name } }`, headers);
    expect([codes, told(text)]).toEqual([['FORBIDDEN'], []]);
  });

  it('is needed at the feed of changes, where no token is enough', async () => {
    for (const name of Object.keys(town.subgraphs))
      for (const headers of [{}, trusted])
        expect((await subgraphClient(name).send('GET', '/changes', headers)).status).toBe(401);
    // The gateway has no such address.
    expect((await gateway.send('GET', '/changes', trusted)).status).toBe(404);
  });

  it('is needed to put refusals on a record, which nobody does of others by a token', async () => {
    const refusals = '{"refusals":[{"operation":null,"requestId":null,"field":"Query.elder"}]}';
    const json = { 'content-type': 'application/json' };
    for (const name of Object.keys(town.subgraphs))
      for (const headers of [json, { ...json, ...trusted }])
        expect((await subgraphClient(name).send('POST', '/refusals', headers, refusals)).status).toBe(401);
    const headers = { ...json, ...trusted };
    expect((await gateway.send('POST', '/refusals', headers, refusals)).status).toBe(404);
  });
});

describe('the SDL of a subgraph', () => {
  it('is for whoever works for a bureau, not for any token', async () => {
    const sdl = async (headers: Record<string, string>) =>
      (await ask(subgraphClient('elderly-care'), '{ _service { sdl } }', headers)).codes;
    expect(await sdl({})).toEqual(['FORBIDDEN']);
    for (const role of Object.keys(roles) as RoleName[])
      expect([role, await sdl(await headersOf({ roles: [role] }))]).toEqual([role, ['FORBIDDEN']]);
    expect(await sdl(await headersOf({ roles: ['partner-bureau'], bureau: '统计局' }))).toEqual([]);
  });
});

describe('a token in the address', () => {
  it('is none: addresses are logged on their way', async () => {
    const token = await tokenOf({ roles: ['care-manager'] });
    const query = `{ elder(id: "${ids.Elder}") { name } }`;
    for (const name of ['access_token', 'token', 'authorization', 'Authorization', 'jwt', 'api_key']) {
      const { code, text } = await gateway.get({ query, [name]: `Bearer ${token}` });
      expect([name, code, told(text)]).toEqual([name, 'FORBIDDEN', []]);
    }
  });
});

describe('what subgraphs need of one another', () => {
  const near = (headers: Record<string, string>) =>
    ask(
      gateway,
      `{ incident(id: "${ids.Incident}") { location { longitude latitude } supportVehicles(kind: SPRINKLER, withinMetres: 20000) { distanceMetres } } }`,
      headers,
    );
  const metres = (
    one: { longitude: number; latitude: number },
    other: { longitude: number; latitude: number },
  ) => Math.hypot((one.longitude - other.longitude) * 0.8216, one.latitude - other.latitude) * 111_319.49;
  const vehicle = { longitude: 113.69, latitude: 34.79 };

  it('is what the viewer is shown: vehicles are as far from the masked place as from the one that they see (GHSA-m8jr-fxqx-8xx6)', async () => {
    const bearer = { roles: ['duty-officer' as const], divisions: ['410105'] };
    for (const purpose of [undefined, 'EMERGENCY']) {
      const { data } = await near(await headersOf(bearer, purpose));
      const { location, supportVehicles } = data.incident;
      expect(String(location.longitude)).toBe(purpose ? '113.684217' : '113.68');
      expect(supportVehicles.map(({ distanceMetres }: { distanceMetres: number }) => distanceMetres)).toEqual(
        [Math.round(metres(location, vehicle))],
      );
    }
    const dispatcher = await near(
      await headersOf({ roles: ['sanitation-dispatcher'], divisions: ['410105'] }, 'EMERGENCY'),
    );
    expect(dispatcher.data.incident.location.longitude).toBe(113.68);
  });

  it('is refused with what it is needed for', async () => {
    const { data, codes } = await near(await elsewhere('duty-officer', 'EMERGENCY'));
    expect([data, codes]).toEqual([{ incident: null }, ['FORBIDDEN']]);
  });

  it('overviews of a division are public and hold no person, whoever asks', async () => {
    const query = `{ division(code: "${home}") { elderlyCare { elders } security { cameras openIncidents } sanitation { vehiclesOnDuty } culture { venues } } }`;
    const { codes, text } = await ask(gateway, query);
    expect([codes, told(text.replaceAll(home, ''))]).toEqual([[], []]);
  });

  it('what overviews list of protected things is refused there too', async () => {
    for (const list of ['devices', 'platforms', 'incidentList']) {
      const { data, codes } = await ask(
        gateway,
        `{ division(code: "${home}") { security { ${list} { nodes { id } } } } }`,
        await elsewhere('duty-officer', 'EMERGENCY'),
      );
      expect([list, data?.division.security[list], codes]).toEqual([list, null, ['FORBIDDEN']]);
    }
  });

  it('an interface and its kinds, a union and its members are refused alike (GHSA-mx7m-j9xf-62hw, GHSA-x33c-7c2v-mrj9)', async () => {
    const headers = await headersOf({ roles: ['care-manager'], divisions: ['410105'] }, 'CARE');
    for (const fields of [
      'id',
      'deviceCode',
      '... on Camera { location { longitude } }',
      '... on SecurityDevice { location { latitude } }',
      '__typename',
    ]) {
      const { data, codes, text } = await ask(
        gateway,
        `{ device(id: "${ids.Camera}") { ${fields} } }`,
        headers,
      );
      expect([fields, data?.device ?? null, codes, told(text)]).toEqual([fields, null, ['FORBIDDEN'], []]);
    }
  });
});
